import { z } from "zod";
import { cacheRules, scopeRules, textRecord } from "./json-values.ts";
import { metricsAddress, metricsPortProblems } from "./metrics-address.ts";
import { legacyProtocolVersion, protocolVersionList } from "./protocol-version-values.ts";
import { allProtocolVersions, isLegacyProtocolVersion, shownWires } from "./protocol-versions.ts";
import {
  alsoNamed,
  byteSize,
  commaList,
  decimal,
  flag,
  httpUrl,
  issuer,
  logLevel,
  oneOf,
  originList,
  port,
  seconds,
  secret,
  text,
  toolNames,
  wholeNumber,
} from "./values.ts";

/** The environment of services/proxy: one stdio MCP server served over Streamable HTTP. */
export const ProxyEnv = z
  .object({
    HOST: alsoNamed(text().default("127.0.0.1"), "MCP_BIND_HOST").describe(
      "Address to listen on; the image sets 0.0.0.0",
    ),
    PORT: alsoNamed(port().default(3000), "MCP_PORT").describe("Port to listen on; 0 lets the system choose"),
    SERVER_NAME: text().default("mcp-server").describe("Name of the MCP server, for logs and /health"),
    SERVER_COMMAND: text()
      .optional()
      .describe(
        "Command line of the stdio MCP server; quotes and backslashes group, no shell reads it. A command after `--` wins",
      ),
    SERVER_ENV: textRecord().default({}).describe("The MCP server's own environment, as a JSON object of texts"),
    SERVER_CWD: text().optional().describe("Working directory of the MCP server"),
    SESSION_TIMEOUT: alsoNamed(seconds().default(3600), "MCP_SESSION_TIMEOUT").describe(
      "Idle seconds after which a session ends; a running call or an open stream is not idle",
    ),
    MCP_STATEFUL: flag()
      .default(false)
      .describe("1: the server's own state cannot be made again, so a session ends with its child (404)"),
    MCP_USER_ENV: flag()
      .default(false)
      .describe(
        "1: each process is told whose session it is, by MCP_USER_ID and MCP_USER_NAME, and `${MCP_USER_ID}` in SERVER_ENV stands for that user as a file name; not with warm ones",
      ),
    MCP_ERA: oneOf("auto", "legacy", "modern", "both")
      .default("auto")
      .describe(
        "Protocol versions that the MCP server speaks on stdio: `legacy` up to 2025-11-25, `modern` from 2026-07-28; `auto` asks it when a client first needs to know",
      ),
    MCP_FACADE: oneOf("both", "legacy", "modern")
      .default("both")
      .describe(
        "Which clients are served, whatever the MCP server speaks: those of versions up to 2025-11-25, from 2026-07-28, or both",
      ),
    MCP_SHARING: oneOf("per-user", "all-users")
      .default("per-user")
      .describe(
        "`all-users`: one process serves the modern clients of all users, save calls that may ask their user something; only for a server that keeps nothing of anybody",
      ),
    MCP_LEASE_MAX: wholeNumber({ min: 1, max: 100_000 })
      .default(64)
      .describe("Processes of all users whose calls may ask their user something; of MCP_MAX_SESSIONS, like all"),
    MCP_LEASE_MAX_PER_USER: wholeNumber({ min: 1, max: 100 })
      .default(4)
      .describe(
        "Processes of one user whose calls may ask the user something, for the same capabilities of modern clients",
      ),
    MCP_LEASE_WAIT: decimal({ min: 0, max: 60 })
      .default(2)
      .describe("Seconds that a call waits for one of them before another is started"),
    MCP_CHILD_IDLE_TIMEOUT: seconds()
      .default(600)
      .describe("Idle seconds after which a process of modern clients ends; no longer than SESSION_TIMEOUT"),
    MCP_CACHE: cacheRules()
      .default({})
      .describe(
        "How long modern clients may keep results, as a JSON object by method, where the MCP server does not say it; `public` only without MCP_USER_ENV and MCP_SHARING, else `private`",
      ),
    DATA_DIR: text()
      .optional()
      .describe("Folder of this proxy alone, where sessions outlive it; without one they outlive their child only"),
    REDIS_URL: secret()
      .refine((value) => URL.canParse(value), { error: "a URL such as redis://host:6379" })
      .optional()
      .describe(
        "Redis of this server's proxies alone, where there are several: they find each other by it, and keep sessions there in place of DATA_DIR",
      ),
    REPLICA_PEERS: commaList()
      .refine((values) => values.every(isPlainHttpUrl), {
        error: "http:// URLs without a path, separated by commas, such as http://replicas:3000",
      })
      .optional()
      .describe(
        "Where this server's proxies are, where there are several and no Redis: they find each other by asking there, and share nothing. A host may have an address for each",
      ),
    REPLICA_NAME: text()
      .regex(/^[\w-]{1,64}$/, { error: "1 to 64 letters, digits, - and _" })
      .optional()
      .describe(
        "Name of this one among them, different from the others'; default: the host name. Ids of sessions begin with it",
      ),
    REPLICA_URL: httpUrl()
      .optional()
      .describe("Where the others reach it; default: HOST, or with 0.0.0.0 the host name, and PORT"),
    MCP_STATE_SECRET: secret()
      .refine((value) => value.split(",").every((each) => each.length >= 32), {
        error: "32 characters or more, such as openssl rand -base64 48; two with a comma between while it is changed",
      })
      .optional()
      .describe(
        "What requestState is sealed with, of this server alone; needed with REDIS_URL, else a key is made at each start. After a comma the one before it, which still opens",
      ),
    OPERATOR_SOCKET: text()
      .optional()
      .describe("Unix socket, for its owner alone: GET /sessions, /report (what `just status` shows) and /metrics"),
    ...metricsAddress(),
    MCP_PROTOCOL_VERSION: legacyProtocolVersion()
      .default("2025-11-25")
      .describe("Protocol version the proxy asks for when it speaks for itself"),
    MCP_PROTOCOL_VERSIONS_SUPPORTED: protocolVersionList()
      .optional()
      .describe(
        `Protocol versions that clients may speak, separated by commas; by default all: ${allProtocolVersions.join(", ")}`,
      ),
    AUTH_JWKS_URL: httpUrl()
      .optional()
      .describe("Where the keys are that X-Gateway-Assertion is checked with; makes the assertion required"),
    AUTH_REVOCATIONS_URL: httpUrl()
      .optional()
      .describe(
        "Where auth itself, past the edge, says which tokens were revoked, so that their streams end; by default `/revocations` on the host of AUTH_JWKS_URL",
      ),
    AUTH_ISSUER: issuer().optional().describe("Issuer of the assertions; needed with AUTH_JWKS_URL"),
    RESOURCE_IDENTIFIERS: commaList()
      .refine((values) => values.every((value) => URL.canParse(value)), { error: "URLs separated by commas" })
      .default([])
      .describe(
        "Public URLs of this server, the canonical one first; needed with AUTH_JWKS_URL. Their hosts are the ones answered",
      ),
    ALLOW_ANONYMOUS: flag()
      .default(false)
      .describe("1 serves requests without an identity; only without AUTH_JWKS_URL"),
    MCP_CORS_ORIGINS: originList()
      .optional()
      .describe(
        "Browser origins that may call; by default those of this machine where the server is on loopback, else none",
      ),
    MCP_MAX_SESSIONS: wholeNumber({ min: 1, max: 100_000 }).default(100).describe("Sessions at a time"),
    MCP_MAX_SESSIONS_PER_USER: wholeNumber({ min: 1, max: 100_000 })
      .optional()
      .describe(
        "Sessions of one user at a time; by default a quarter of MCP_MAX_SESSIONS, rounded up, and all with ALLOW_ANONYMOUS",
      ),
    MCP_WARM_SESSIONS: wholeNumber({ max: 100 })
      .default(0)
      .describe("Processes of the MCP server that are started ahead, so that a session begins at once"),
    MCP_STARTUP_TIMEOUT: seconds({ max: 3600 })
      .default(60)
      .describe("Seconds the MCP server may take to answer `initialize`"),
    MCP_SUBPROCESS_TIMEOUT: seconds({ max: 3600 })
      .default(300)
      .describe("Seconds a request may take; progress renews them, up to an hour"),
    MCP_PROBE_TIMEOUT: seconds({ max: 3600 })
      .default(5)
      .describe(
        "Seconds that modern clients wait for a server that has answered `initialize` to say that it speaks their versions too; until it does they are translated for",
      ),
    MCP_CALLBACK_TIMEOUT: seconds({ max: 86_400 })
      .default(600)
      .describe("Seconds a client, and its person, may take to answer what the MCP server asks"),
    MCP_MAX_ROUNDS: wholeNumber({ min: 1, max: 1000 })
      .default(10)
      .describe("How often a server from 2026-07-28 may answer one call of a client up to 2025-11-25 with a question"),
    MCP_DRAIN_TIMEOUT: seconds({ max: 300 })
      .default(5)
      .describe(
        "Seconds a server up to 2025-11-25 may go on with a call that its modern client has given up, before the process is ended",
      ),
    MCP_JSON_GRACE: wholeNumber({ max: 30_000, unit: "milliseconds" })
      .default(300)
      .describe("Milliseconds after which an answer that has not come yet becomes an event stream"),
    MCP_KEEP_ALIVE: seconds({ max: 3600 })
      .default(15)
      .describe("Seconds from one comment on an idle event stream to the next; less than what closes idle connections"),
    MCP_RESUME_TIMEOUT: seconds({ max: 86_400 })
      .default(300)
      .describe("Seconds for which a client whose stream broke can have what it missed, by Last-Event-ID"),
    MCP_EVENT_LOG_EVENTS: wholeNumber({ min: 1, max: 1_000_000 })
      .default(1000)
      .describe("Events of one session that are kept for that"),
    MCP_EVENT_LOG_SIZE: byteSize("4k", "1g")
      .default(4 * 1_048_576)
      .describe("Size of one session's events that are kept for that, such as 4m"),
    MCP_MAX_LISTENS_PER_USER: wholeNumber({ min: 1, max: 100_000 })
      .default(32)
      .describe("Streams of notifications (`subscriptions/listen`) of one user at a time"),
    MCP_MAX_MESSAGE_SIZE: byteSize("4k", "256m")
      .default(16 * 1_048_576)
      .describe("Largest message from a client or from the MCP server, such as 16m"),
    MCP_MAX_BUFFERED: byteSize("1m", "1024g")
      .default(512 * 1_048_576)
      .describe(
        "What all clients together may be sending, have waiting for a process, and not have read yet; beyond it requests get 503, as beyond a quarter of it those of one user, and beyond half of it the slowest readers are cut off",
      ),
    MCP_MAX_PENDING_REQUESTS: wholeNumber({ min: 1, max: 100_000 })
      .default(1000)
      .describe("Unanswered requests of one session at a time"),
    MCP_CHILD_MEMORY: byteSize("1m", "1024g")
      .optional()
      .describe("Memory of one process of the MCP server and all it starts, such as 512m; beyond it, it is ended"),
    MCP_CHILD_CPUS: decimal({ min: 0.01, max: 1024 })
      .optional()
      .describe(
        "Processors that it may use, such as 0.5: at most these in a cgroup, else about these when others want them too",
      ),
    MCP_CHILD_PIDS: wholeNumber({ min: 1, max: 100_000 })
      .optional()
      .describe("Processes that it may have, itself included; beyond it, it is ended"),
    MCP_TOOLS_ALLOW: toolNames()
      .optional()
      .describe("Tools that exist for clients, separated by commas, `*` in one for any text; all by default"),
    MCP_TOOLS_DENY: toolNames()
      .optional()
      .describe("Tools that do not, written the same way; wins over MCP_TOOLS_ALLOW"),
    MCP_SCOPES: scopeRules()
      .optional()
      .describe("Scopes beside `mcp` that tools and methods need, as a JSON object; only with AUTH_JWKS_URL"),
    LOG_LEVEL: alsoNamed(logLevel().default("info"), "MCP_LOG_LEVEL").describe("How much is logged"),
    GATEWAY_SUPERVISED: flag().default(false).describe("1: end when standard input ends"),
  })
  .check((context) => {
    const { SERVER_ENV, MCP_USER_ENV } = context.value;
    if (MCP_USER_ENV || !Object.values(SERVER_ENV).some((value) => value.includes("${MCP_USER_ID}"))) return;
    const message = "1, since SERVER_ENV has ${MCP_USER_ID} in it: without it no process has one user";
    context.issues.push({ code: "custom", path: ["MCP_USER_ENV"], message, input: context.value });
  })
  .check((context) => {
    const { MCP_PROTOCOL_VERSION: own, MCP_FACADE, MCP_PROTOCOL_VERSIONS_SUPPORTED: supported } = context.value;
    const wrong = (path: string, message: string) =>
      context.issues.push({ code: "custom", path: [path], message, input: context.value });
    const legacy = (supported ?? allProtocolVersions).filter(isLegacyProtocolVersion);
    if (legacy.length > 0 && !legacy.includes(own)) {
      wrong("MCP_PROTOCOL_VERSION", `${legacy.join(", ")}, as MCP_PROTOCOL_VERSIONS_SUPPORTED says`);
    }
    if (shownWires(MCP_FACADE, supported) === undefined) {
      wrong("MCP_FACADE", `both, since MCP_PROTOCOL_VERSIONS_SUPPORTED has no version that is ${MCP_FACADE}`);
    }
  })
  .check((context) => {
    const { AUTH_JWKS_URL, AUTH_ISSUER, RESOURCE_IDENTIFIERS, ALLOW_ANONYMOUS } = context.value;
    const { MCP_USER_ENV, MCP_WARM_SESSIONS, MCP_SHARING, MCP_SCOPES } = context.value;
    const { REDIS_URL, REPLICA_PEERS, MCP_STATE_SECRET } = context.value;
    const wrong = (path: string, message: string) =>
      context.issues.push({ code: "custom", path: [path], message, input: context.value });
    if (MCP_USER_ENV && MCP_WARM_SESSIONS > 0) {
      wrong("MCP_WARM_SESSIONS", "0, since MCP_USER_ENV is set: a process that is started ahead has no user yet");
    }
    if (MCP_USER_ENV && ALLOW_ANONYMOUS) {
      wrong("ALLOW_ANONYMOUS", "0, since MCP_USER_ENV is set: without an identity nobody vouches for the user");
    }
    if (MCP_USER_ENV && MCP_SHARING === "all-users") {
      wrong("MCP_SHARING", "per-user, since MCP_USER_ENV is set: a process of all users has no one user to be told of");
    }
    if (REDIS_URL !== undefined && MCP_STATE_SECRET === undefined) {
      wrong("MCP_STATE_SECRET", "with REDIS_URL one secret for all replicas; make one: openssl rand -base64 48");
    }
    if (REPLICA_PEERS !== undefined && REDIS_URL !== undefined) {
      wrong("REPLICA_PEERS", "nothing, since REDIS_URL is set: there they find each other");
    }
    // What was answered once is known where it was asked alone.
    if (REPLICA_PEERS !== undefined && MCP_STATE_SECRET !== undefined) {
      wrong("MCP_STATE_SECRET", "nothing, since REPLICA_PEERS is set: each has a key of its own");
    }
    for (const { at, allowed } of metricsPortProblems(context.value)) wrong(at, allowed);
    if (MCP_SCOPES !== undefined && AUTH_JWKS_URL === undefined) {
      wrong("MCP_SCOPES", "nothing, since AUTH_JWKS_URL is not set: without it nobody is known to have a scope");
    }
    if (AUTH_JWKS_URL === undefined) return;
    if (AUTH_ISSUER === undefined) wrong("AUTH_ISSUER", "the issuer's URL, since AUTH_JWKS_URL is set");
    if (RESOURCE_IDENTIFIERS.length === 0) {
      wrong("RESOURCE_IDENTIFIERS", "the public URLs of this server, since AUTH_JWKS_URL is set");
    }
    if (ALLOW_ANONYMOUS) wrong("ALLOW_ANONYMOUS", "0, since AUTH_JWKS_URL asks for an identity");
  });
export type ProxyEnv = z.infer<typeof ProxyEnv>;

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return protocol === "http:" && [username, password, search, hash].join("") === "" && pathname === "/";
}
