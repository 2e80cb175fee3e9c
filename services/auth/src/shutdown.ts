import type { Server } from "node:http";
import type { Store } from "@gateway/store";
import { onParentGone } from "@gateway/subprocess";
import type { Logger } from "@gateway/telemetry";
import { drain } from "./drain.ts";

/** Milliseconds that running requests get; with the store's part the whole takes less than 5 s. */
const patience = 3_000;
const longest = 4_500;

/** Ends the process in order on SIGTERM and SIGINT and, when supervised, once the supervisor is gone. */
export function closeOnSignal(parts: { server: Server; store: Store; logger: Logger; supervised: boolean }): void {
  let closing = false;
  const closeOnce = (cause: string) => {
    if (closing) return;
    closing = true;
    parts.logger.info("closing", { cause });
    void close(parts);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => closeOnce(signal));
  if (parts.supervised) onParentGone(process.stdin, () => closeOnce("supervisor gone"));
}

async function close({ server, store, logger }: { server: Server; store: Store; logger: Logger }): Promise<void> {
  setTimeout(() => process.exit(1), longest).unref();
  await drain(server, patience);
  try {
    await store.close();
    process.exit(0);
  } catch (error) {
    logger.error("the store did not close", { error });
    process.exit(1);
  }
}
