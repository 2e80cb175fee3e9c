import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import { setImmediate as afterEvents } from "node:timers/promises";

/** Milliseconds in which a connection that nothing is asked on is left open: what was asked before we ended may be on its way. */
const grace = 500;
/** Of events, in which somebody new came each time; then those who still come are not waited for. */
const mostRounds = 1_000;

/**
 * Ends a server so that no request is lost which an edge has sent before it could know: connections that wait to be accepted are, each
 * gets its answer, and is told that it is the last on its connection. Where nothing is asked connections are closed after a moment.
 * @param patience milliseconds after which those are closed too whose request still runs
 */
export async function drain(server: Server, patience: number): Promise<void> {
  server.prependListener("request", (_req, res) => {
    res.shouldKeepAlive = false; // Connection: close (RFC 9112 9.6)
  });
  await untilNobodyWaits(server);
  // Not http's own close, which ends connections whose first request is still on its way.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const timers = [
    setTimeout(() => server.closeIdleConnections(), grace),
    setTimeout(() => server.closeAllConnections(), patience),
  ];
  await closed;
  for (const timer of timers) clearTimeout(timer);
}

/**
 * Whoever waits in the queue of a socket that is closed gets a reset, so it is closed after a whole round of events in which nobody
 * came. The first one is not whole: it is the end of the round that the signal came in.
 */
async function untilNobodyWaits(server: Server): Promise<void> {
  let came = 0;
  const count = () => {
    came += 1;
  };
  server.on("connection", count);
  await afterEvents();
  for (let rounds = 0, before = -1; came !== before && rounds < mostRounds; rounds += 1) {
    before = came;
    await afterEvents();
  }
  server.off("connection", count);
}
