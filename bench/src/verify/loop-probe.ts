import { readFileSync } from "node:fs";
import { createServer } from "node:http";

// Loaded into auth by --import: looks every millisecond how late its event loop is, and tells on a unix socket.

/** Milliseconds. */
const interval = 1;

/** Milliseconds that this thread has been ready to run and had no CPU (proc(5), schedstat); 0 where there is no /proc. */
function waitedForCpu(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

let last = performance.now();
let lastWaited = waitedForCpu();
let longest = { byClock: 0, own: 0 };

setInterval(() => {
  const now = performance.now();
  const waited = waitedForCpu();
  const byClock = now - last - interval;
  const own = byClock - (waited - lastWaited);
  longest = { byClock: Math.max(longest.byClock, byClock), own: Math.max(longest.own, own) };
  [last, lastWaited] = [now, waited];
}, interval).unref();

createServer((_req, res) => {
  res.end(JSON.stringify(longest));
  longest = { byClock: 0, own: 0 };
})
  .listen(process.env.PROBE_SOCKET)
  .unref();
