import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "@gateway/telemetry";

/** Milliseconds that running requests get when the process is told to end. */
const patience = 3_000;

/**
 * Listens, and ends the process in order on SIGTERM and SIGINT. A port that cannot be had ends it with exit code 1.
 * @param close ends what streams
 */
export function listen(
  server: Server,
  { host, port, close, logger }: { host: string; port: number; close: () => Promise<void>; logger: Logger },
): void {
  server.once("error", (cause) => {
    logger.error("cannot listen", { host, port, cause });
    process.exit(1);
  });
  server.listen(port, host, () => {
    const { address, port: chosen } = server.address() as AddressInfo;
    logger.info("listening", { address, port: chosen });
  });
  const end = () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    void close().catch((cause: unknown) => logger.error("closing failed", { cause }));
    setTimeout(() => server.closeAllConnections(), patience).unref();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, end);
}
