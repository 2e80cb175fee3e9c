import { AuthEnv, EdgeEnv, ProxyEnv, type StdioServer } from "@gateway/config";
import { describe, expect, test } from "@jest/globals";
import { authEnvironment, edgeEnvironment, handedOn, proxyEnvironment } from "../../src/domain/service-environment.ts";

const everything = Object.fromEntries(
  [AuthEnv, ProxyEnv, EdgeEnv]
    .flatMap(({ shape }) => Object.keys(shape))
    .map((name) => [name, `${name} of the person`]),
);
const server: StdioServer = {
  kind: "stdio",
  name: "m",
  enabled: true,
  command: ["uvx", "m"],
  env: { KEY: "of-m" },
  sessions: { idleSeconds: 60, max: 10, perUser: 2, warm: 0 },
  userEnv: true,
  era: "both",
  facade: "legacy",
  sharing: "per-user",
  leases: { max: 8, maxPerUser: 2, waitSeconds: 0.5 },
  cache: { "tools/list": { ttlSeconds: 60, scope: "public" } },
  tools: { allow: ["a", "b*"], deny: ["c"] },
  scopes: { w: { title: "change files", tools: ["write_*"] } },
  limits: {
    memory: 536_870_912,
    cpus: 0.5,
    pids: 64,
    messageSize: 65_536,
    pendingRequests: 10,
    startupSeconds: 11,
    buffered: 1_048_576,
    requestSeconds: 9,
  },
};
const proxyOwn = {
  port: 4001,
  issuer: "http://localhost:8080",
  jwksUrl: "http://127.0.0.1:4000/jwks",
  revocationsUrl: "http://127.0.0.1:4000/revocations",
  identifiers: ["http://localhost:8080/m/mcp", "http://m.localhost:8080/mcp"],
  cwd: "/home",
  dataDir: "/d/servers/m",
  operatorSocket: "/d/servers/m/operator.sock",
  corsOrigins: ["loopback"],
};
const authOwn = {
  port: 4000,
  issuer: "http://localhost:8080",
  resourcesFile: "/r.json",
  dataDir: "/d/auth",
  operatorSocket: "/d/auth/operator.sock",
  corsOrigins: ["loopback"],
};
const ofAuth = (settings: Record<string, string>) => authEnvironment(settings, authOwn);
const ofProxy = (settings: Record<string, string>) => proxyEnvironment(settings, server, proxyOwn);

describe("a proxy's environment", () => {
  test("holds nothing of auth, of the providers or of the store", () => {
    const secrets = Object.keys(AuthEnv.shape).filter((name) => /SECRET|PASSWORD|KEY|REDIS|GITHUB|OIDC/.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    for (const name of secrets) expect(ofProxy(everything)).not.toHaveProperty(name);
  });

  test("makes the assertion required, whatever the person has set", () => {
    const env = ofProxy({ ...everything, HOST: "0.0.0.0", ALLOW_ANONYMOUS: "1", AUTH_JWKS_URL: "http://evil" });
    expect(env).toMatchObject({ HOST: "127.0.0.1", AUTH_JWKS_URL: proxyOwn.jwksUrl, AUTH_ISSUER: proxyOwn.issuer });
    expect(env).toMatchObject({ AUTH_REVOCATIONS_URL: proxyOwn.revocationsUrl });
    expect(env).not.toHaveProperty("ALLOW_ANONYMOUS");
  });

  test("can be read back by the proxy", () => {
    expect(ProxyEnv.parse(ofProxy({ LOG_LEVEL: "debug" }))).toMatchObject({
      PORT: 4001,
      SERVER_NAME: "m",
      SERVER_ENV: { KEY: "of-m" },
      SESSION_TIMEOUT: 60,
      MCP_MAX_SESSIONS: 10,
      MCP_MAX_SESSIONS_PER_USER: 2,
      MCP_STATEFUL: false,
      DATA_DIR: "/d/servers/m",
      OPERATOR_SOCKET: "/d/servers/m/operator.sock",
      MCP_WARM_SESSIONS: 0,
      MCP_USER_ENV: true,
      MCP_ERA: "both",
      MCP_FACADE: "legacy",
      MCP_SHARING: "per-user",
      MCP_LEASE_MAX: 8,
      MCP_LEASE_MAX_PER_USER: 2,
      MCP_LEASE_WAIT: 0.5,
      MCP_CACHE: { "tools/list": { ttlSeconds: 60, scope: "public" } },
      MCP_CHILD_MEMORY: 536_870_912,
      MCP_CHILD_CPUS: 0.5,
      MCP_CHILD_PIDS: 64,
      MCP_MAX_MESSAGE_SIZE: 65_536,
      MCP_MAX_PENDING_REQUESTS: 10,
      MCP_MAX_BUFFERED: 1_048_576,
      MCP_SUBPROCESS_TIMEOUT: 9,
      MCP_STARTUP_TIMEOUT: 11,
      MCP_TOOLS_ALLOW: ["a", "b*"],
      MCP_TOOLS_DENY: ["c"],
      MCP_SCOPES: { w: { tools: ["write_*"] } },
      RESOURCE_IDENTIFIERS: proxyOwn.identifiers,
      LOG_LEVEL: "debug",
      GATEWAY_SUPERVISED: true,
    });
  });
});

describe("auth's environment", () => {
  test("has the local sign-in page only while no GitHub app and no OpenID provider is configured", () => {
    expect(AuthEnv.parse(ofAuth({}))).toMatchObject({ LOCAL_LOGIN: true, HOST: "127.0.0.1", DATA_DIR: "/d/auth" });
    const github = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret", LOCAL_LOGIN: "1", HOST: "0.0.0.0" };
    expect(AuthEnv.parse(ofAuth(github))).toMatchObject({ LOCAL_LOGIN: false, HOST: "127.0.0.1" });
    const openId = {
      OIDC_ISSUER: "https://a.example",
      OIDC_CLIENT_ID: "id",
      OIDC_CLIENT_SECRET: "s",
      LOCAL_LOGIN: "1",
    };
    expect(AuthEnv.parse(ofAuth(openId))).toMatchObject({ LOCAL_LOGIN: false });
  });
});

describe("every variable of a service", () => {
  const ofMetrics = { METRICS_PORT: "the operator socket has them", METRICS_HOST: "likewise" };
  const setHere = {
    ...{ ALLOW_ANONYMOUS: "never", SERVER_COMMAND: "given as arguments" },
    ...ofMetrics,
    ...{
      REDIS_URL: "one proxy a server",
      REPLICA_NAME: "likewise",
      REPLICA_URL: "likewise",
      REPLICA_PEERS: "likewise",
    },
    ...{ MCP_STATE_SECRET: "a key is made at each start" },
  };
  test.each([
    ["auth", AuthEnv, [...Object.keys(ofAuth({})), ...Object.keys(ofMetrics)], handedOn.auth],
    ["proxy", ProxyEnv, [...Object.keys(ofProxy({})), ...Object.keys(setHere)], handedOn.proxy],
    ["edge", EdgeEnv, Object.keys(edgeEnvironment({}, { port: 8080, routesFile: "/routes.json" })), handedOn.edge],
  ] as const)("%s: is set by the supervisor or handed on, and no other is", (_service, { shape }, set, passed) => {
    expect([...new Set([...set, ...passed])].sort()).toEqual(Object.keys(shape).sort());
    expect(set.filter((name) => (passed as readonly string[]).includes(name))).toEqual([]);
  });
});
