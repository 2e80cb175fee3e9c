import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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
  /** Starts a process anew, or all; gives their names. */
  restart(name?: string): readonly string[];
  /** Reads gateway.json and `.env` again; gives what was done about them, a line each. Rejects when they cannot be used. */
  takeUp(): Promise<readonly string[]>;
  /** Begins the end. */
  down(): void;
}

/** Answers on the operator socket. Removes what a killed gateway left there: the caller has found nobody behind it. */
export async function listenOperator(path: string, operations: Operations): Promise<Server> {
  ownFolder(join(path, ".."));
  rmSync(path, { force: true });
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? "/", "http://operator");
    const send = (status: number, body: unknown) =>
      res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const asked = `${req.method} ${pathname}`;
    if (asked === "GET /status") return send(200, operations.status());
    if (asked === "POST /restart") return send(202, operations.restart(searchParams.get("name") ?? undefined));
    if (asked === "POST /take-up") {
      return operations.takeUp().then(
        (lines) => send(200, lines),
        (error: Error) => send(409, { error: error.message }),
      );
    }
    if (asked !== "POST /down") return send(404, {});
    send(202, {});
    return operations.down();
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

/** Asks for a process, or all, to be started anew; gives their names, undefined when no gateway runs. */
export async function askRestart(path: string, name: string | undefined): Promise<readonly string[] | undefined> {
  const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
  const answer = await callSocket(path, "POST", `/restart${query}`);
  return answer && (JSON.parse(answer.body) as readonly string[]);
}

/** Asks the gateway to take up what was changed; gives what it did, or why it did not. */
export async function askToTakeUp(
  path: string,
): Promise<{ readonly lines?: readonly string[]; readonly error?: string }> {
  const answer = await callSocket(path, "POST", "/take-up", { timeout: longestTakeUp });
  if (answer === undefined) return { error: "The gateway has ended meanwhile." };
  const said = JSON.parse(answer.body);
  return answer.status === 200
    ? { lines: said }
    : { error: said.error ?? "The running gateway is of another version." };
}

/** Milliseconds: processes end in order, and auth or the edge may have to answer again. */
const longestTakeUp = 120_000;

/** Asks the gateway to end; false when none runs. */
export async function askDown(path: string): Promise<boolean> {
  return (await callSocket(path, "POST", "/down")) !== undefined;
}

/** An answer on an operator socket. */
export interface OperatorAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** A way to ask an operator API; undefined: nobody is there to answer. @param body JSON */
export type OperatorCall = (
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: string,
) => Promise<OperatorAnswer | undefined>;

/**
 * One request on an operator socket; undefined when nobody is behind it.
 * @param body JSON
 * @param timeout milliseconds in which something must come
 */
export function callSocket(
  socketPath: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  { body, timeout = 5_000 }: { readonly body?: string; readonly timeout?: number } = {},
): Promise<OperatorAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const sent = request({ socketPath, method, path, timeout, headers }, (answer) => {
      const { statusCode: status = 0 } = answer;
      text(answer).then((body) => resolve({ status, body }), reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("The running gateway does not answer on its operator socket.")));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (["ENOENT", "ECONNREFUSED", "ECONNRESET"].includes(error.code ?? "")) resolve(undefined);
      else reject(error);
    });
    sent.end(body);
  });
}
