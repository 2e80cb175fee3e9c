import { seriesByLabel as byLabel, type Family, oneSeries as one, processFamilies } from "@gateway/telemetry";
import type { Pool } from "../child/pool.ts";
import type { Resources } from "../child/resources.ts";
import type { ServerEra } from "../era/server-era.ts";
import type { Sessions } from "../legacy/sessions.ts";
import type { ModernRoom } from "../modern/room.ts";
import type { Probe } from "../operator/probe.ts";
import type { Replicas } from "../replicas/replicas.ts";
import type { Metrics } from "./metrics.ts";

export interface MetricsPorts {
  readonly metrics: Metrics;
  readonly sessions: Sessions;
  readonly modern: ModernRoom;
  readonly era: ServerEra;
  readonly pool: Pool;
  readonly probe: Probe;
  readonly resources: Resources;
  /** Undefined: there is one proxy alone. */
  readonly replicas?: Pick<Replicas, "alive" | "relayed"> | undefined;
}

/** Every metric of this proxy as it stands. docs/operations.md names them. */
export function collectFamilies(ports: MetricsPorts): readonly Family[] {
  return [
    ...ofSessions(ports),
    ...ofRequests(ports),
    ...ofChildren(ports),
    ...ofReplicas(ports),
    ...processFamilies("the proxy"),
  ];
}

function ofSessions({ metrics, sessions, modern }: MetricsPorts): readonly Family[] {
  const open = sessions.all();
  const streams = open.reduce((sum, session) => sum + session.openStreams, modern.openStreams);
  return [
    one("mcp_proxy_sessions", "gauge", "Open sessions.", open.length),
    one("mcp_proxy_sessions_created_total", "counter", "Sessions that began with initialize.", metrics.sessionsCreated),
    one("mcp_proxy_sessions_revived_total", "counter", "Sessions that got another child.", metrics.sessionsRevived),
    byLabel("mcp_proxy_sessions_ended_total", "Sessions that ended, by reason.", "reason", metrics.sessionsEnded),
    {
      ...{ name: "mcp_proxy_session_lifetime_seconds", type: "histogram", help: "How long ended sessions lived." },
      series: [{ value: metrics.sessionLifetime }],
    },
    one("mcp_proxy_open_streams", "gauge", "Event streams that a client reads now.", streams),
  ];
}

function ofRequests({ metrics }: MetricsPorts): readonly Family[] {
  const series = [...metrics.requests].flatMap(([method, outcomes]) =>
    [...outcomes].map(([outcome, value]) => ({ labels: { method, outcome }, value })),
  );
  const help = "From a client's request to its outcome, by method.";
  return [
    { name: "mcp_proxy_request_duration_seconds", type: "histogram", help, series },
    byLabel("mcp_proxy_errors_total", "Errors that the proxy itself answered, by type.", "type", metrics.errors),
  ];
}

function ofChildren({ metrics, sessions, modern, pool, probe, resources }: MetricsPorts): readonly Family[] {
  const { ready, hits, misses } = pool.state;
  const { memory, processes, cpuSeconds } = resources.measure();
  const restarts = { session: metrics.sessionsRevived, pool: pool.lost, probe: probe.restarts };
  const children = sessions.children + modern.children + ready + probe.children;
  return [
    one("mcp_proxy_children", "gauge", "Processes of the MCP server that the proxy started and that run.", children),
    byLabel(
      "mcp_proxy_child_restarts_total",
      "Children that ended by themselves and were, or are to be, replaced.",
      "of",
      Object.entries(restarts),
    ),
    one(
      "mcp_proxy_skipped_lines_total",
      "counter",
      "Lines of the MCP server that were no JSON-RPC and were skipped.",
      metrics.skippedLines,
    ),
    one("mcp_proxy_child_memory_bytes", "gauge", "Memory of all children and what they started.", memory),
    one(
      "mcp_proxy_child_processes",
      "gauge",
      "Processes of all children, those that they started included.",
      processes,
    ),
    one("mcp_proxy_child_cpu_seconds_total", "counter", "Processor time of all children until now.", cpuSeconds),
    one("mcp_proxy_pool_ready", "gauge", "Children that wait for a session.", ready),
    one("mcp_proxy_pool_hits_total", "counter", "Sessions that were given a waiting child.", hits),
    one("mcp_proxy_pool_misses_total", "counter", "Sessions for which no child waited.", misses),
  ];
}

function ofReplicas({ replicas }: MetricsPorts): readonly Family[] {
  if (replicas === undefined) return [];
  const { alive, relayed } = replicas;
  return [
    one("mcp_proxy_replicas", "gauge", "Live proxies of the server, this one among them; 0: not known.", alive),
    one("mcp_proxy_relayed_total", "counter", "Requests that another replica answered.", relayed),
  ];
}
