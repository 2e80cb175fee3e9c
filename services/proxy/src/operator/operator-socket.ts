import { chmod, unlink } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { answerMetrics } from "@gateway/telemetry";
import { renderEra } from "../era/server-era.ts";
import { writeJson } from "../http/answers.ts";
import type { Session } from "../legacy/session.ts";
import { collectFamilies, type MetricsPorts } from "../metrics/families.ts";

const longestText = 200;

/**
 * Answers the operator on a unix socket that only its owner opens: GET /sessions, /metrics, /report. What a killed proxy left there is removed;
 * the folder is this proxy's alone.
 */
export async function listenOperator(path: string, ports: MetricsPorts): Promise<Server> {
  // Not `rm`: see packages/store, folder-lock.
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const server = createServer((req, res) => {
    if (req.method === "GET" && req.url === "/metrics") return answerMetrics(res, collectFamilies(ports));
    if (req.method === "GET" && req.url === "/sessions") return answer(res, sessionsOf(ports));
    if (req.method === "GET" && req.url === "/report") return answer(res, reportOf(ports));
    writeJson(res, 404, "{}");
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  await chmod(path, 0o600);
  return server;
}

function answer(res: ServerResponse, body: unknown): void {
  writeJson(res, 200, JSON.stringify(body), { "cache-control": "no-store" });
}

function sessionsOf({ sessions }: MetricsPorts) {
  return sessions.all().map(describeSession);
}

/** All that `just status` shows of a proxy, in one answer: in Docker each question is a program that has to be started. */
function reportOf(ports: MetricsPorts) {
  return {
    sessions: sessionsOf(ports),
    // Who holds the processes to their limits; null: there are none.
    limits: { enforcement: ports.resources.enforcement ?? null },
    // Which wires the MCP server speaks; null: nobody has needed to know yet.
    era: renderEra(ports.era.known),
  };
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
