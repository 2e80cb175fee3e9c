import { once } from "node:events";
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { dirname } from "node:path";
import { createOperatorApp, type Operations } from "./operator/operator-app.ts";
import type { Ports } from "./ports.ts";

/** Answers operators on a unix socket that only its owner opens (decision 6). Closes with the process. */
export async function listenOperator(path: string, ports: Ports, operations: Operations): Promise<Server> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true }); // of a process that was killed; a living one holds the lock of the store
  const server = createServer(createOperatorApp(ports, operations));
  await once(server.listen(path), "listening");
  await chmod(path, 0o600);
  return server;
}
