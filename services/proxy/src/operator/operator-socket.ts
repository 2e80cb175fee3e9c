import { chmod, unlink } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { renderEra, type ServerEra } from "../era/server-era.ts";
import { writeJson } from "../http/answers.ts";
import type { Session } from "../legacy/session.ts";
import type { MetricsPorts } from "../metrics/families.ts";
import { answerMetrics } from "./metrics.ts";

const longestText = 200;

/**
 * Answers the operator on a unix socket that only its owner opens: GET /sessions, /metrics, /limits, /era. What a killed proxy left there is
 * removed; the folder is this proxy's alone.
 */
export async function listenOperator(path: string, ports: MetricsPorts): Promise<Server> {
  // Not `rm`: see packages/store, folder-lock.
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const server = createServer((req, res) => {
    if (req.method === "GET" && req.url === "/metrics") return answerMetrics(res, ports);
    if (req.method === "GET" && req.url === "/limits") return answerLimits(res, ports.resources);
    if (req.method === "GET" && req.url === "/era") return answerEra(res, ports.era);
    if (req.method !== "GET" || req.url !== "/sessions") return writeJson(res, 404, "{}");
    writeJson(res, 200, JSON.stringify(ports.sessions.all().map(describeSession)), { "cache-control": "no-store" });
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  await chmod(path, 0o600);
  return server;
}

/** Who holds the processes to their limits; null: there are none. */
function answerLimits(res: ServerResponse, { enforcement = null }: { enforcement?: string | null | undefined }): void {
  writeJson(res, 200, JSON.stringify({ enforcement }), { "cache-control": "no-store" });
}

/** Which wires the MCP server speaks; null: nobody has needed to know yet. */
function answerEra(res: ServerResponse, era: ServerEra): void {
  writeJson(res, 200, JSON.stringify({ era: renderEra(era.known) }), { "cache-control": "no-store" });
}

/** A session as its operator sees it: its id only as a digest, since a child may read this too (decisions.md 6). */
function describeSession(session: Session) {
  const { name, version } = (session.initializeParams.clientInfo ?? {}) as Readonly<Record<string, unknown>>;
  return {
    session_id: session.digest,
    process: session.pid,
    created_at: new Date(session.createdAt).toISOString(),
    last_accessed: new Date(session.lastAccessed).toISOString(),
    client_info: { name: boundedText(name), version: boundedText(version) },
  };
}

function boundedText(value: unknown): string {
  return typeof value === "string" ? value.slice(0, longestText) : "";
}
