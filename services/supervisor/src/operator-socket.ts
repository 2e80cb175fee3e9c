import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Era } from "./domain/render-eras.ts";
import type { Enforcement } from "./domain/render-limits.ts";
import type { SessionRow } from "./domain/render-sessions.ts";
import type { GatewayStatus } from "./domain/server-state.ts";

const longestPath = 100; // bytes; the system's limit for a socket's path is 104 to 108

/**
 * The operator socket of whoever owns a folder: by that of `run` `just status` and `just down` reach the gateway, by
 * that of a server's folder its proxy tells its sessions, by that of `auth` keys are rotated.
 */
export function operatorSocketPath(
  folder: string,
  processEnv: NodeJS.ProcessEnv,
  name: "supervisor.sock" | "operator.sock" = "supervisor.sock",
): string {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= longestPath) return path;
  const other = join(processEnv.XDG_RUNTIME_DIR || tmpdir(), `mcp-oauth-gateway-${userInfo().uid}`);
  return join(other, `${createHash("sha256").update(folder).digest("hex").slice(0, 16)}.sock`);
}

export interface Operations {
  status(): GatewayStatus;
  /** Begins the end. */
  down(): void;
}

/** Answers on the operator socket. Removes what a killed gateway left there: the caller has found nobody behind it. */
export async function listenOperator(path: string, operations: Operations): Promise<Server> {
  ownFolder(join(path, ".."));
  rmSync(path, { force: true });
  const server = createServer((req, res) => {
    res.setHeader("content-type", "application/json");
    if (req.method === "GET" && req.url === "/status") return res.end(JSON.stringify(operations.status()));
    if (req.method === "POST" && req.url === "/down") {
      res.writeHead(202).end("{}");
      return operations.down();
    }
    return res.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  chmodSync(path, 0o600);
  return server;
}

/** Makes a folder for sockets. @throws when others may enter it */
export function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0)
    throw new Error(`${folder} belongs to someone else, or is open to others.`);
}

/** The status of the gateway that runs on a data folder; undefined when none does. */
export async function askStatus(path: string): Promise<GatewayStatus | undefined> {
  const answer = await callSocket(path, "GET", "/status");
  return answer && (JSON.parse(answer.body) as GatewayStatus);
}

/** The open sessions of one server; undefined when its proxy does not run. */
export async function askSessions(path: string): Promise<readonly SessionRow[] | undefined> {
  const answer = await callSocket(path, "GET", "/sessions");
  return answer && (JSON.parse(answer.body) as readonly SessionRow[]);
}

/** Who holds one server's processes to their limits; undefined when its proxy does not run. */
export async function askLimits(path: string): Promise<Enforcement | undefined> {
  const answer = await callSocket(path, "GET", "/limits");
  return answer && (JSON.parse(answer.body) as { readonly enforcement: Enforcement }).enforcement;
}

/** Which protocol versions one server speaks, as its proxy found out; undefined when its proxy does not run. */
export async function askEra(path: string): Promise<Era | undefined> {
  const answer = await callSocket(path, "GET", "/era");
  return answer && (JSON.parse(answer.body) as { readonly era: Era }).era;
}

/** Asks the gateway to end; false when none runs. */
export async function askDown(path: string): Promise<boolean> {
  return (await callSocket(path, "POST", "/down")) !== undefined;
}

/** One request on an operator socket; undefined when nobody is behind it. */
export function callSocket(
  socketPath: string,
  method: "GET" | "POST",
  path: string,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, timeout: 5_000 }, (answer) => {
      const { statusCode: status = 0 } = answer;
      text(answer).then((body) => resolve({ status, body }), reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("The running gateway does not answer on its operator socket.")));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (["ENOENT", "ECONNREFUSED", "ECONNRESET"].includes(error.code ?? "")) resolve(undefined);
      else reject(error);
    });
    sent.end();
  });
}
