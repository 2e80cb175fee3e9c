import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { until } from "../processes.ts";

const backlog = 511; // what Node asks of the kernel for a server

/**
 * Opens connections to a server that takes none, until the kernel keeps no more for it: what comes then is not refused, it is not
 * answered. They are the caller's to end.
 */
export async function fillQueue(port: number): Promise<readonly Socket[]> {
  // listen(2): a longer queue is cut to this; and one more than that is kept.
  const longest = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  const kept = Math.min(backlog, longest) + 1;
  let connected = 0;
  const connections = Array.from({ length: kept + 20 }, () => {
    const connection = connect(port, "127.0.0.1", () => (connected += 1));
    return connection.on("error", () => {});
  });
  await until(
    () => (connected >= kept ? true : undefined),
    () => `${kept} connections; ${connected}`,
  );
  return connections;
}
