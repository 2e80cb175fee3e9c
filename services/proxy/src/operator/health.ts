import type { ServerResponse } from "node:http";
import type { Pool } from "../child/pool.ts";
import { renderEra, type ServerEra } from "../era/server-era.ts";
import { writeJson } from "../http/answers.ts";
import type { Sessions } from "../legacy/sessions.ts";
import type { ModernRoom } from "../modern/room.ts";
import type { Probe } from "./probe.ts";

export interface OperatorPorts {
  readonly name: string;
  readonly sessions: Sessions;
  readonly modern: ModernRoom;
  readonly era: ServerEra;
  readonly pool: Pool;
  readonly probe: Probe;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** GET /health: that the proxy itself answers, and its counts. Starts nothing. */
export function answerHealth(res: ServerResponse, ports: OperatorPorts): void {
  const { name, sessions, modern, era, pool, probe, startedAt } = ports;
  const body = {
    status: "ok",
    server: name,
    sessions: sessions.size,
    children: sessions.children + modern.children + pool.state.ready + probe.children,
    era: renderEra(era.known),
    pool: pool.state,
    uptime: Math.floor((Date.now() - startedAt) / 1_000),
    subprocess: probe.state,
  };
  writeJson(res, 200, JSON.stringify(body), { "cache-control": "no-store" });
}

/** GET /ready: whether the MCP server answers `initialize`. The first call starts the probe's child. */
export async function answerReady(res: ServerResponse, { name, probe }: OperatorPorts): Promise<void> {
  const verdict = await probe.check();
  const body = verdict.ready
    ? {
        status: "ready",
        server: name,
        serverInfo: verdict.result.serverInfo,
        protocolVersion: verdict.result.protocolVersion,
      }
    : { status: "failed", server: name, reason: verdict.reason, stderr: verdict.stderr };
  writeJson(res, verdict.ready ? 200 : 503, JSON.stringify(body), { "cache-control": "no-store" });
}
