import type { StdioServer } from "@gateway/config";

/** Of a person's settings, what every proxy gets in either mode, beside what is told of its server. */
export const handedToProxies = [
  ...["MCP_PROTOCOL_VERSION", "MCP_PROTOCOL_VERSIONS_SUPPORTED"],
  ...["MCP_PROBE_TIMEOUT", "MCP_CALLBACK_TIMEOUT", "MCP_MAX_ROUNDS", "MCP_DRAIN_TIMEOUT", "MCP_CHILD_IDLE_TIMEOUT"],
  ...["MCP_JSON_GRACE", "MCP_KEEP_ALIVE", "MCP_RESUME_TIMEOUT", "MCP_EVENT_LOG_EVENTS", "MCP_EVENT_LOG_SIZE"],
  ...["MCP_MAX_LISTENS_PER_USER", "LOG_LEVEL"],
] as const;

/** What gateway.json says of a server, as environment variables of its proxy, in either mode. Its env and command are not in it. */
export function proxyVariables({
  name,
  sessions,
  tools,
  scopes,
  limits,
  userEnv,
  era,
  facade,
  sharing,
  leases,
  cache,
}: StdioServer): Record<string, string> {
  return {
    SERVER_NAME: name,
    SESSION_TIMEOUT: String(sessions.idleSeconds),
    MCP_MAX_SESSIONS: String(sessions.max),
    MCP_MAX_SESSIONS_PER_USER: String(sessions.perUser),
    MCP_STATEFUL: sessions.stateful ? "1" : "0",
    MCP_USER_ENV: userEnv ? "1" : "0",
    ...(era === undefined ? {} : { MCP_ERA: era }),
    ...(facade === undefined ? {} : { MCP_FACADE: facade }),
    ...(sharing === undefined ? {} : { MCP_SHARING: sharing }),
    ...(leases?.max === undefined ? {} : { MCP_LEASE_MAX: String(leases.max) }),
    ...(leases?.maxPerUser === undefined ? {} : { MCP_LEASE_MAX_PER_USER: String(leases.maxPerUser) }),
    ...(leases?.waitSeconds === undefined ? {} : { MCP_LEASE_WAIT: String(leases.waitSeconds) }),
    ...(cache === undefined ? {} : { MCP_CACHE: JSON.stringify(cache) }),
    MCP_WARM_SESSIONS: String(sessions.warm),
    ...(tools.allow === undefined ? {} : { MCP_TOOLS_ALLOW: tools.allow.join(",") }),
    ...(tools.deny === undefined ? {} : { MCP_TOOLS_DENY: tools.deny.join(",") }),
    ...(scopes === undefined ? {} : { MCP_SCOPES: JSON.stringify(withoutTitles(scopes)) }),
    ...(limits.memory === undefined ? {} : { MCP_CHILD_MEMORY: String(limits.memory) }),
    ...(limits.cpus === undefined ? {} : { MCP_CHILD_CPUS: String(limits.cpus) }),
    ...(limits.pids === undefined ? {} : { MCP_CHILD_PIDS: String(limits.pids) }),
    MCP_MAX_MESSAGE_SIZE: String(limits.messageSize),
    MCP_MAX_PENDING_REQUESTS: String(limits.pendingRequests),
    MCP_MAX_BUFFERED: String(limits.buffered),
    MCP_SUBPROCESS_TIMEOUT: String(limits.requestSeconds),
    MCP_STARTUP_TIMEOUT: String(limits.startupSeconds),
  };
}

/** Titles are for people, whom a proxy never meets. */
function withoutTitles(scopes: NonNullable<StdioServer["scopes"]>): object {
  return Object.fromEntries(Object.entries(scopes).map(([name, { title: _, ...rule }]) => [name, rule]));
}
