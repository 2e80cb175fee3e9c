import { allProtocolVersions, ProxyEnv, parseEnv } from "@gateway/config/proxy";
import { legacyVersions, modernMethod, modernVersions } from "@gateway/protocol";
import { describe, expect, test } from "@jest/globals";
import { parseArguments } from "../../src/configuration/arguments.ts";
import { toProxyConfig } from "../../src/configuration/to-proxy-config.ts";

const parse = (env: Record<string, string>, command: string[] = []) => toProxyConfig(parseEnv(ProxyEnv, env), command);
const command = { SERVER_COMMAND: "server" };
type Shown = { readonly listed?: string; readonly facade?: string };

describe("the proxy's own flags", () => {
  test.each([
    [
      ["--port", "4000", "uvx", "mcp-server-time", "--local-timezone", "UTC"],
      { PORT: "4000" },
      ["uvx", "mcp-server-time", "--local-timezone", "UTC"],
    ],
    [
      ["--host=::1", "--timeout=5", "--log-level", "debug", "--", "--odd", "--", "x y"],
      { HOST: "::1", SESSION_TIMEOUT: "5", LOG_LEVEL: "debug" },
      ["--odd", "--", "x y"],
    ],
    [[], {}, []],
  ])("%j", (argv, env, words) => expect(parseArguments(argv)).toEqual({ env, command: words, help: false }));

  test.each([[["--prot", "1"]], [["--port"]], [["-x"]]])("%j are refused", (argv) =>
    expect(() => parseArguments(argv)).toThrow(/unknown flag|needs a value/),
  );

  test("--help is understood", () => expect(parseArguments(["--help"]).help).toBe(true));
});

describe("the configuration", () => {
  test("has the seed's defaults", () => {
    expect(parse(command)).toMatchObject({
      server: { command: ["server"], env: {}, cwd: undefined },
      versions: { preferred: "2025-11-25" },
      access: { kind: "closed" },
      front: { hosts: [], loopbackOrigins: true, alone: true },
      limits: { sessions: 100, sessionsPerUser: 25, sessionIdle: 3_600_000, startup: 60_000, request: 300_000 },
    });
  });

  test("with scopes, judges the name of every tool that is called, and keeps none back", () => {
    const auth = {
      AUTH_JWKS_URL: "http://127.0.0.1:1/jwks",
      AUTH_ISSUER: "http://localhost:8080",
      RESOURCE_IDENTIFIERS: "http://localhost:8080/a/mcp",
    };
    const { scopes, isToolAllowed } = parse({ ...command, ...auth, MCP_SCOPES: '{"a":{"tools":["b"]}}' });
    expect(scopes?.identifiers).toEqual(["http://localhost:8080/a/mcp"]);
    expect(["b", "c", 1].map((name) => isToolAllowed?.(name))).toEqual([true, true, false]);
    expect(parse({ ...command, ...auth })).toMatchObject({ scopes: undefined, isToolAllowed: undefined });
  });

  const cacheable = ["server/discover", "tools/list", "prompts/list", "resources/list"];
  const others = ["tools/call", "prompts/get", "completion/complete", "subscriptions/listen", "tasks/get"];
  test.each([...cacheable, "resources/templates/list", "resources/read", ...others])(
    "says how long results of %s may be kept where they may be",
    (method) => {
      const read = () => parse({ ...command, MCP_CACHE: JSON.stringify({ [method]: { ttlSeconds: 5 } }) }).cache;
      if (!modernMethod(method)?.cacheable) expect(read).toThrow(/MCP_CACHE/);
      else expect(read().get(method)).toEqual({ ttlMs: 5_000, cacheScope: "private" });
    },
  );

  test.each([
    [{}, "public"],
    [{ MCP_USER_ENV: "1" }, "private"],
    [{ MCP_SHARING: "all-users" }, "private"],
  ])("lets results be kept for other users with %j as %s", (env, cacheScope) => {
    const { cache } = parse({ ...command, ...env, MCP_CACHE: '{"tools/list":{"ttlSeconds":0,"scope":"public"}}' });
    expect(cache.get("tools/list")).toEqual({ ttlMs: 0, cacheScope });
  });

  test("knows every protocol version that is served, and no other", () => {
    expect(allProtocolVersions).toEqual([...Object.keys(legacyVersions), ...[...modernVersions].reverse()]);
  });

  const all = Object.keys(legacyVersions);
  test.each([
    ["no list", {}, { facade: "both", supported: all }],
    ["a list of both wires", { listed: "2026-07-28,2025-11-25" }, { facade: "both", supported: ["2025-11-25"] }],
    ["one without 2026-07-28", { listed: "2025-06-18,2025-11-25" }, { facade: "legacy", supported: all.slice(2) }],
    ["one of 2026-07-28 alone", { listed: "2026-07-28" }, { facade: "modern", supported: all }],
    ["a facade within a list of both", { listed: "2026-07-28,2025-11-25", facade: "modern" }, { facade: "modern" }],
  ])("shows clients the wires of the versions let through: %s", (_which, { listed, facade }: Shown, expected) => {
    const env = { MCP_PROTOCOL_VERSIONS_SUPPORTED: listed ?? "", MCP_FACADE: facade ?? "" };
    const { versions, facade: shown } = parse({ ...command, ...env });
    expect({ facade: shown, supported: versions.supported }).toMatchObject(expected);
  });

  const absent = "@modelcontextprotocol/server-fetch";
  test.each([
    ["SERVER_COMMAND", () => parse({ SERVER_COMMAND: `npx ${absent}` })],
    ["SERVER_COMMAND", () => parse({ SERVER_COMMAND: `npx -y ${absent}@latest` })],
    ["the command after --", () => parse({}, ["npx", absent])],
  ])("says what to run in place of a package that is not on npm, in %s", (where, parsed) => {
    expect(parsed).toThrow(new RegExp(`${where}: found .*server-fetch.*; allowed: uvx mcp-server-fetch`));
  });

  test("does not share sessions among users that nobody tells apart", () => {
    const { limits } = parse({ ...command, ALLOW_ANONYMOUS: "1", MCP_MAX_SESSIONS: "8" });
    expect(limits).toMatchObject({ sessions: 8, sessionsPerUser: 8 });
  });

  test("takes the original's names, and ours before them", () => {
    const theirs = { MCP_BIND_HOST: "::1", MCP_PORT: "4001", MCP_SESSION_TIMEOUT: "7", MCP_LOG_LEVEL: "debug" };
    expect(parseEnv(ProxyEnv, theirs)).toMatchObject({
      HOST: "::1",
      PORT: 4_001,
      SESSION_TIMEOUT: 7,
      LOG_LEVEL: "debug",
    });
    expect(parseEnv(ProxyEnv, { ...theirs, PORT: "4002" }).PORT).toBe(4_002);
  });

  test("lets the bodies of one user take a quarter of the room, or one message; all of it where users are not told apart", () => {
    const room = (env: Record<string, string>) =>
      parse({ ...command, MCP_MAX_BUFFERED: "80m", ...env }).limits.bufferedOfUser / 1_048_576;

    expect(room({})).toBe(20);
    expect(room({ MCP_MAX_MESSAGE_SIZE: "32m" })).toBe(32);
    expect(room({ ALLOW_ANONYMOUS: "1" })).toBe(80);
  });

  test.each([
    ["MCP_MAX_SESSIONS", "2", { sessions: 2 }],
    ["MCP_MAX_SESSIONS_PER_USER", "2", { sessionsPerUser: 2 }],
    ["MCP_SESSION_TIMEOUT", "2", { sessionIdle: 2_000 }],
    ["MCP_STARTUP_TIMEOUT", "2", { startup: 2_000 }],
    ["MCP_SUBPROCESS_TIMEOUT", "2", { request: 2_000 }],
    ["MCP_PROBE_TIMEOUT", "2", { probe: 2_000 }],
    ["MCP_CALLBACK_TIMEOUT", "2", { callback: 2_000 }],
    ["MCP_MAX_ROUNDS", "2", { rounds: 2 }],
    ["MCP_DRAIN_TIMEOUT", "2", { drain: 2_000 }],
    ["MCP_CHILD_IDLE_TIMEOUT", "2", { childIdle: 2_000 }],
    ["MCP_MAX_LISTENS_PER_USER", "2", { listensPerUser: 2 }],
    ["MCP_JSON_GRACE", "2", { streams: { jsonGrace: 2, keepAlive: 15_000 } }],
    ["MCP_KEEP_ALIVE", "2", { streams: { jsonGrace: 300, keepAlive: 2_000 } }],
    ["MCP_EVENT_LOG_EVENTS", "2", { missed: { events: 2 } }],
    ["MCP_EVENT_LOG_SIZE", "1m", { missed: { bytes: 1_048_576 } }],
    ["MCP_RESUME_TIMEOUT", "2", { missed: { keptFor: 2_000 } }],
    ["MCP_WARM_SESSIONS", "2", { warm: 2 }],
    ["MCP_MAX_MESSAGE_SIZE", "1m", { messageSize: 1_048_576 }],
    ["MCP_MAX_BUFFERED", "1m", { buffered: 1_048_576 }],
    ["MCP_MAX_PENDING_REQUESTS", "2", { pendingRequests: 2 }],
    ["MCP_CHILD_MEMORY", "1m", { resources: { memory: 1_048_576 } }],
    ["MCP_CHILD_CPUS", "0.5", { resources: { cpus: 0.5 } }],
    ["MCP_CHILD_PIDS", "2", { resources: { pids: 2 } }],
  ])("sets a limit by %s=%s", (name, value, limits) =>
    expect(parse({ ...command, [name]: value })).toMatchObject({ limits }),
  );

  test("takes the command after -- before SERVER_COMMAND, exactly", () => {
    expect(parse(command, ["a", "b c", ""]).server.command).toEqual(["a", "b c", ""]);
  });

  test("behind auth answers the hosts of its identifiers, and checks assertions for them", () => {
    const config = parse({
      ...command,
      AUTH_JWKS_URL: "http://auth:8000/jwks",
      AUTH_ISSUER: "https://auth.example.com",
      RESOURCE_IDENTIFIERS: "https://time.example.com/mcp,https://t.example.com/mcp",
    });
    expect(config.access).toMatchObject({
      kind: "assertion",
      audiences: ["https://time.example.com/mcp", "https://t.example.com/mcp"],
    });
    expect(config.front).toEqual({
      hosts: ["time.example.com", "time.example.com:443", "t.example.com", "t.example.com:443"],
      origins: ["https://time.example.com", "https://t.example.com"],
      loopbackOrigins: false,
      alone: false,
    });
  });

  test.each([
    ["on the host of the keys unless it is said", {}, "http://auth:8000/revocations"],
    ["where it is said", { AUTH_REVOCATIONS_URL: "http://other:8001/r" }, "http://other:8001/r"],
  ])("revoked tokens are asked for %s", (_where, env, revocationsUrl) => {
    const jwks = { AUTH_JWKS_URL: "http://auth:8000/.well-known/jwks.json", AUTH_ISSUER: "https://auth.example.com" };
    const config = parse({ ...command, ...jwks, RESOURCE_IDENTIFIERS: "https://time.example.com/mcp", ...env });
    expect(config.access).toMatchObject({ revocationsUrl });
  });

  test.each([
    ["SERVER_COMMAND", {}],
    ["SERVER_COMMAND", { SERVER_COMMAND: '"open' }],
    ["PORT", { ...command, PORT: "eighty" }],
    ["METRICS_PORT", { ...command, METRICS_PORT: "0" }],
    ["METRICS_PORT", { ...command, PORT: "4000", METRICS_PORT: "4000" }],
    ["SESSION_TIMEOUT", { ...command, SESSION_TIMEOUT: "-1" }],
    ["MCP_SESSION_TIMEOUT", { ...command, MCP_SESSION_TIMEOUT: "-1" }],
    ["MCP_WARM_SESSIONS", { ...command, MCP_USER_ENV: "1", MCP_WARM_SESSIONS: "1" }],
    ["ALLOW_ANONYMOUS", { ...command, MCP_USER_ENV: "1", ALLOW_ANONYMOUS: "1" }],
    ["MCP_SHARING", { ...command, MCP_USER_ENV: "1", MCP_SHARING: "all-users" }],
    ["MCP_USER_ENV", { ...command, SERVER_ENV: '{"FILE":"/d/${MCP_USER_ID}.json"}' }],
    ["MCP_STATE_SECRET", { ...command, REDIS_URL: "redis://localhost" }],
    ["MCP_STATE_SECRET", { ...command, MCP_STATE_SECRET: "too short" }],
    ["REPLICA_NAME", { ...command, REPLICA_NAME: "a.b" }],
    ["MCP_STATE_SECRET", { ...command, REPLICA_PEERS: "http://a:1", MCP_STATE_SECRET: "s".repeat(32) }],
    ["REPLICA_PEERS", { ...command, REPLICA_PEERS: "http://a:1", REDIS_URL: "redis://localhost" }],
    ["REPLICA_PEERS", { ...command, REPLICA_PEERS: "http://a:1/path" }],
    ["REPLICA_PEERS", { ...command, REPLICA_PEERS: "https://a:1" }],
    ["REPLICA_PEERS", { ...command, REPLICA_PEERS: "a:1" }],
    ["MCP_PROBE_TIMEOUT", { ...command, MCP_PROBE_TIMEOUT: "0" }],
    ["MCP_CALLBACK_TIMEOUT", { ...command, MCP_CALLBACK_TIMEOUT: "86401" }],
    ["MCP_MAX_ROUNDS", { ...command, MCP_MAX_ROUNDS: "0" }],
    ["MCP_DRAIN_TIMEOUT", { ...command, MCP_DRAIN_TIMEOUT: "5s" }],
    ["MCP_CHILD_IDLE_TIMEOUT", { ...command, MCP_CHILD_IDLE_TIMEOUT: "0" }],
    ["MCP_MAX_LISTENS_PER_USER", { ...command, MCP_MAX_LISTENS_PER_USER: "0" }],
    ["MCP_JSON_GRACE", { ...command, MCP_JSON_GRACE: "30001" }],
    ["MCP_KEEP_ALIVE", { ...command, MCP_KEEP_ALIVE: "0" }],
    ["MCP_EVENT_LOG_EVENTS", { ...command, MCP_EVENT_LOG_EVENTS: "0" }],
    ["MCP_EVENT_LOG_SIZE", { ...command, MCP_EVENT_LOG_SIZE: "2g" }],
    ["MCP_RESUME_TIMEOUT", { ...command, MCP_RESUME_TIMEOUT: "-1" }],
    ["SERVER_ENV", { ...command, SERVER_ENV: "A=1" }],
    ["MCP_TOOLS_DENY", { ...command, MCP_TOOLS_DENY: "delete_*,get_?" }],
    ["MCP_PROTOCOL_VERSION", { ...command, MCP_PROTOCOL_VERSION: "2026-07-28" }],
    ["MCP_PROTOCOL_VERSIONS_SUPPORTED", { ...command, MCP_PROTOCOL_VERSIONS_SUPPORTED: "1999-01-01" }],
    ["2025-06-81", { ...command, MCP_PROTOCOL_VERSIONS_SUPPORTED: "2025-11-25,2025-06-81" }],
    ["MCP_PROTOCOL_VERSIONS_SUPPORTED", { ...command, MCP_PROTOCOL_VERSIONS_SUPPORTED: "," }],
    ["MCP_PROTOCOL_VERSION", { ...command, MCP_PROTOCOL_VERSIONS_SUPPORTED: "2025-06-18" }],
    ["MCP_FACADE", { ...command, MCP_PROTOCOL_VERSIONS_SUPPORTED: "2025-11-25", MCP_FACADE: "modern" }],
    ["MCP_FACADE", { ...command, MCP_PROTOCOL_VERSIONS_SUPPORTED: "2026-07-28", MCP_FACADE: "legacy" }],
    ["AUTH_ISSUER", { ...command, AUTH_JWKS_URL: "http://auth/jwks", RESOURCE_IDENTIFIERS: "https://a/mcp" }],
    ["RESOURCE_IDENTIFIERS", { ...command, AUTH_JWKS_URL: "http://auth/jwks", AUTH_ISSUER: "https://a" }],
    [
      "ALLOW_ANONYMOUS",
      {
        ...command,
        AUTH_JWKS_URL: "http://auth/jwks",
        AUTH_ISSUER: "https://a",
        RESOURCE_IDENTIFIERS: "https://a/mcp",
        ALLOW_ANONYMOUS: "1",
      },
    ],
  ])("names %s when it is wrong", (name, env) => expect(() => parse(env as Record<string, string>)).toThrow(name));
});
