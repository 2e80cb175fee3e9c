import { hostname } from "node:os";
import {
  ConfigError,
  insteadOfAbsentPackage,
  isLegacyProtocolVersion,
  isLoopbackName,
  type Problem,
  type ProxyEnv,
  protocolVersions,
  shareOfOneUser,
  shownWires,
} from "@gateway/config/proxy";
import { type Caching, compileToolRules, type IsToolAllowed, type VersionChoice } from "@gateway/protocol";
import type { ScopedServer } from "../scopes/require-scope.ts";
import { compileScopeRules } from "../scopes/scope-guard.ts";
import { splitCommandLine } from "./command-line.ts";
import type { Access, CacheHints, Facade, Front, Limits, Meeting, ProxyConfig, ReplicaConfig } from "./proxy-config.ts";

/**
 * How a proxy runs, by its environment.
 * @param command the words after `--`; empty: SERVER_COMMAND
 * @throws {ConfigError}
 */
export function toProxyConfig(env: ProxyEnv, command: readonly string[]): ProxyConfig {
  const problems: Problem[] = [];
  const access = toAccess(env);
  const config: ProxyConfig = {
    name: env.SERVER_NAME,
    server: { command: toCommand(env, command, problems), env: env.SERVER_ENV, cwd: env.SERVER_CWD },
    versions: toVersions(env),
    access,
    front: toFront(env),
    isToolAllowed: toToolRules(env),
    scopes: toScopedServer(env, access),
    limits: toLimits(env),
    stateful: env.MCP_STATEFUL,
    userEnv: env.MCP_USER_ENV,
    era: env.MCP_ERA,
    facade: toFacade(env),
    isShared: env.MCP_SHARING === "all-users",
    cache: toCacheHints(env),
    stateSecrets: env.MCP_STATE_SECRET?.split(","),
    replica: toReplica(env),
    dataDir: env.DATA_DIR,
  };
  if (problems.length > 0) throw new ConfigError("environment", problems);
  return config;
}

function toReplica(env: ProxyEnv): ReplicaConfig | undefined {
  const { REPLICA_NAME, REPLICA_URL: url } = env;
  const meeting = toMeeting(env);
  if (meeting === undefined) return undefined;
  const hostName = () =>
    hostname()
      .replace(/[^\w-]/g, "-")
      .slice(0, 64);
  return { name: REPLICA_NAME ?? hostName(), meeting, url };
}

function toMeeting({ REDIS_URL: redisUrl, REPLICA_PEERS: urls }: ProxyEnv): Meeting | undefined {
  if (redisUrl !== undefined) return { kind: "redis", redisUrl };
  return urls === undefined ? undefined : { kind: "peers", urls };
}

/**
 * `public` means the same result for every user. It stays `private` where each process knows whose it is, as results may
 * differ then; and where one process serves all users, as nothing of one of them may be kept for others.
 */
function toCacheHints({ MCP_CACHE, MCP_USER_ENV, MCP_SHARING }: ProxyEnv): CacheHints {
  const mayBePublic = !MCP_USER_ENV && MCP_SHARING !== "all-users";
  return new Map(
    Object.entries(MCP_CACHE).map(([method, { ttlSeconds = 0, scope } = {}]): [string, Caching] => [
      method,
      { ttlMs: ttlSeconds * 1_000, cacheScope: mayBePublic ? (scope ?? "private") : "private" },
    ]),
  );
}

function toToolRules({ MCP_TOOLS_ALLOW, MCP_TOOLS_DENY: deny, MCP_SCOPES }: ProxyEnv): IsToolAllowed | undefined {
  // With scopes also a rule that keeps no tool back: under any rule the server is sent the one name that was judged.
  const allow = MCP_TOOLS_ALLOW ?? (MCP_SCOPES === undefined ? undefined : ["*"]);
  return compileToolRules({ allow, deny });
}

function toScopedServer({ MCP_SCOPES }: ProxyEnv, access: Access): ScopedServer | undefined {
  if (MCP_SCOPES === undefined || access.kind !== "assertion") return undefined;
  return { guard: compileScopeRules(MCP_SCOPES), identifiers: access.audiences };
}

function toLimits(env: ProxyEnv): Limits {
  return {
    sessions: env.MCP_MAX_SESSIONS,
    sessionsPerUser: toSessionsPerUser(env),
    sessionIdle: env.SESSION_TIMEOUT * 1_000,
    warm: env.MCP_WARM_SESSIONS,
    startup: env.MCP_STARTUP_TIMEOUT * 1_000,
    probe: env.MCP_PROBE_TIMEOUT * 1_000,
    request: env.MCP_SUBPROCESS_TIMEOUT * 1_000,
    callback: env.MCP_CALLBACK_TIMEOUT * 1_000,
    rounds: env.MCP_MAX_ROUNDS,
    drain: env.MCP_DRAIN_TIMEOUT * 1_000,
    childIdle: env.MCP_CHILD_IDLE_TIMEOUT * 1_000,
    listensPerUser: env.MCP_MAX_LISTENS_PER_USER,
    streams: { jsonGrace: env.MCP_JSON_GRACE, keepAlive: env.MCP_KEEP_ALIVE * 1_000 },
    missed: toMissed(env),
    messageSize: env.MCP_MAX_MESSAGE_SIZE,
    buffered: env.MCP_MAX_BUFFERED,
    bufferedOfUser: toBufferedOfUser(env),
    pendingRequests: env.MCP_MAX_PENDING_REQUESTS,
    leases: { max: env.MCP_LEASE_MAX, maxPerUser: env.MCP_LEASE_MAX_PER_USER, wait: env.MCP_LEASE_WAIT * 1_000 },
    resources: { memory: env.MCP_CHILD_MEMORY, pids: env.MCP_CHILD_PIDS, cpus: env.MCP_CHILD_CPUS },
  };
}

/** Where nobody vouches for users they are not told apart, and a share of each would be one of all. */
function toSessionsPerUser({ MCP_MAX_SESSIONS, MCP_MAX_SESSIONS_PER_USER, ALLOW_ANONYMOUS }: ProxyEnv): number {
  return MCP_MAX_SESSIONS_PER_USER ?? (ALLOW_ANONYMOUS ? MCP_MAX_SESSIONS : shareOfOneUser(MCP_MAX_SESSIONS));
}

/** A quarter, as of the sessions; but a message of the largest size always finds room. */
function toBufferedOfUser({ MCP_MAX_BUFFERED, MCP_MAX_MESSAGE_SIZE, ALLOW_ANONYMOUS }: ProxyEnv): number {
  return ALLOW_ANONYMOUS ? MCP_MAX_BUFFERED : Math.max(MCP_MAX_BUFFERED / 4, MCP_MAX_MESSAGE_SIZE);
}

function toMissed(env: ProxyEnv): Limits["missed"] {
  const { MCP_EVENT_LOG_EVENTS: events, MCP_EVENT_LOG_SIZE: bytes } = env;
  return { events, bytes, keptFor: env.MCP_RESUME_TIMEOUT * 1_000 };
}

function toCommand(env: ProxyEnv, words: readonly string[], problems: Problem[]): [string, ...string[]] {
  const [program, ...args] = words.length > 0 ? words : (splitCommandLine(env.SERVER_COMMAND ?? "") ?? []);
  if (program !== undefined && program !== "") {
    problems.push(...absentPackages([program, ...args], words.length > 0 ? "the command after --" : "SERVER_COMMAND"));
    return [program, ...args];
  }
  const allowed = "a command line whose quotes are closed, such as uvx mcp-server-time; or the command after --";
  const found = env.SERVER_COMMAND === undefined ? {} : { found: JSON.stringify(env.SERVER_COMMAND) };
  problems.push({ at: "SERVER_COMMAND", ...found, allowed });
  return [""];
}

/** The runner's own error would not say what to run instead. */
function absentPackages(command: readonly string[], at: string): Problem[] {
  return command.flatMap((argument): Problem[] => {
    const allowed = insteadOfAbsentPackage(argument);
    return allowed === undefined ? [] : [{ at, found: JSON.stringify(argument), allowed }];
  });
}

/** Where no client of the older wire is served, the proxy still speaks it with a server that has no other. */
function toVersions({ MCP_PROTOCOL_VERSIONS_SUPPORTED, MCP_PROTOCOL_VERSION: preferred }: ProxyEnv): VersionChoice {
  const listed = MCP_PROTOCOL_VERSIONS_SUPPORTED?.filter(isLegacyProtocolVersion) ?? [];
  return { supported: listed.length > 0 ? listed : protocolVersions.legacy, preferred };
}

/** What is configured shows a wire: ProxyEnv sees to that. */
function toFacade({ MCP_PROTOCOL_VERSIONS_SUPPORTED, MCP_FACADE }: ProxyEnv): Facade {
  return shownWires(MCP_FACADE, MCP_PROTOCOL_VERSIONS_SUPPORTED) ?? MCP_FACADE;
}

function toAccess(env: ProxyEnv): Access {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer, RESOURCE_IDENTIFIERS, ALLOW_ANONYMOUS } = env;
  const [first, ...others] = RESOURCE_IDENTIFIERS;
  if (jwksUrl !== undefined && issuer !== undefined && first !== undefined) {
    const revocationsUrl = env.AUTH_REVOCATIONS_URL ?? new URL("/revocations", jwksUrl).href;
    return { kind: "assertion", jwksUrl, revocationsUrl, issuer, audiences: [first, ...others] };
  }
  return { kind: ALLOW_ANONYMOUS ? "anonymous" : "closed" };
}

function toFront({ RESOURCE_IDENTIFIERS, MCP_CORS_ORIGINS, AUTH_JWKS_URL }: ProxyEnv): Front {
  const urls = RESOURCE_IDENTIFIERS.map((identifier) => new URL(identifier));
  const origins = MCP_CORS_ORIGINS ?? (urls.every(({ hostname }) => isLoopbackName(hostname)) ? ["loopback"] : []);
  return {
    hosts: [...new Set(urls.flatMap(hostSpellings))],
    origins: [...origins.filter((origin) => origin !== "loopback"), ...urls.map(({ origin }) => origin)],
    loopbackOrigins: origins.includes("loopback"),
    alone: AUTH_JWKS_URL === undefined,
  };
}

/** URL drops the scheme's default port; a client may write it. */
function hostSpellings({ host, port, protocol }: URL): string[] {
  return port === "" && protocol === "https:" ? [host, `${host}:443`] : [host];
}
