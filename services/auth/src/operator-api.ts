import { once } from "node:events";
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { dirname } from "node:path";
import type { Logger } from "@gateway/telemetry";
import type { RotationKind } from "./keys/key-schedule.ts";
import type { RotatedKeys } from "./ports.ts";

/** What `just` verbs may ask of auth (decision 7). */
export interface Operations {
  /** Undefined: the key is given by configuration, and changed there. */
  readonly rotateKeys: ((kind: RotationKind) => Promise<RotatedKeys>) | undefined;
}

const kinds: readonly RotationKind[] = ["planned", "now", "compromised"];

/** Answers operators on a unix socket that only its owner opens (decision 6). Closes with the process. */
export async function listenOperator(path: string, operations: Operations, logger: Logger): Promise<Server> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true }); // of a process that was killed; a living one holds the lock of the store
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? "/", "http://operator");
    const kind = kinds.find((one) => one === searchParams.get("kind"));
    if (req.method !== "POST" || pathname !== "/keys/rotate" || kind === undefined) return send(res, 404, {});
    rotate(operations, kind, res).catch((error: unknown) => {
      logger.error("rotation failed", { error });
      send(res, 500, { error: "The rotation failed; the reason is in auth's log." });
    });
  });
  await once(server.listen(path), "listening");
  await chmod(path, 0o600);
  return server;
}

async function rotate({ rotateKeys }: Operations, kind: RotationKind, res: ServerResponse): Promise<void> {
  if (rotateKeys !== undefined) return send(res, 200, await rotateKeys(kind));
  send(res, 409, { error: "The signing key is given by JWT_PRIVATE_KEY_B64: change it there and start again." });
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
