import type { CacheRules } from "../cache-rules.ts";
import type { SignInWay } from "../env/sign-in.ts";
import type { ScopeRules } from "../scope-rules.ts";

/** What gateway.json declares, parsed, with defaults filled in. Everything else in the gateway is rendered from this. */
export interface GatewayConfig {
  /** The file it came from, for messages. */
  readonly file: string;
  readonly servers: readonly ServerDefinition[];
  readonly gateway: GatewaySettings;
  /** Client keys that were understood and set aside, each with its path; shown to the person once. */
  readonly warnings: readonly string[];
}

export interface GatewaySettings {
  /** Who may use a server that has no `allow` of its own. */
  readonly allow?: AllowList;
  /** Ways to sign in that are offered; absent: all that are configured. */
  readonly login?: readonly SignInWay[];
  /** Ask the client for `resource` instead of offering the person a choice. */
  readonly strictResource: boolean;
  /** Refuse unknown scopes instead of ignoring them; absent: they are ignored. */
  readonly strictScope?: boolean;
  /** What the replay of a used refresh token ends: its whole grant, or nothing; absent: the grant. */
  readonly refreshReuse?: "revoke" | "reject";
  /** How clients may register themselves, or false; absent: everybody may. */
  readonly registration?: false | RegistrationRules;
  /** Schemes of applications' redirect URIs that are accepted beside those of well-known clients. */
  readonly redirectSchemes?: readonly string[];
  /** Client ID metadata documents: false for none, or which; absent: all. */
  readonly cimd?: false | ClientDocumentRules;
  /** Clients that need not register. */
  readonly clients?: readonly PreRegisteredClient[];
}

/** How clients may register themselves (RFC 7591). */
export interface RegistrationRules {
  /** In clear, `${env:X}` resolved; only their digests go further than the supervisor. Absent: none is asked for. */
  readonly initialAccessTokens?: readonly string[];
  /** Who vouches for software, with its JWK set as written. */
  readonly softwareStatements?: readonly {
    readonly issuer: string;
    readonly jwks: Readonly<Record<string, unknown>>;
  }[];
  /** Whether a change of a registration changes its access token and secret; absent: not. */
  readonly rotate?: boolean;
}

/** Whose client ID metadata documents are accepted. Hosts, `*.name` for all names below one, `*` for all. */
export interface ClientDocumentRules {
  readonly allow?: readonly string[];
  /** Accepted, with a warning to the person. */
  readonly warn?: readonly string[];
  readonly deny?: readonly string[];
  /** Whether their logos are fetched and shown; absent: they are. */
  readonly logos?: boolean;
  /** For development: also this machine's own, without TLS. */
  readonly loopback?: boolean;
}

/** A client that the operator declares. */
export interface PreRegisteredClient {
  readonly id: string;
  readonly name?: string;
  /** In clear, `${env:X}` resolved; only its digest goes further than the supervisor. */
  readonly secret?: string;
  /** A JWK set as written. */
  readonly jwks?: Readonly<Record<string, unknown>>;
  readonly redirectUris: readonly string[];
  /** Whether it may introspect tokens (RFC 7662). */
  readonly introspect: boolean;
}

/** Who may use a server. Names are compared without case; `*` must be written to mean everyone. */
export interface AllowList {
  /** Logins, numeric ids, or `oidc:` and a sub or an e-mail address. */
  readonly users: readonly string[];
  /** GitHub organizations whose members may use it too. */
  readonly orgs?: readonly string[] | undefined;
  /** GitHub teams, `organization/team-slug`, likewise. */
  readonly teams?: readonly string[] | undefined;
}

export type ServerDefinition = StdioServer | HttpServer;

interface AnyServer {
  /** A DNS label in lower case; the host name's first label and the path's first segment. */
  readonly name: string;
  /** In place of the name's: a label below the gateway's own name, or a whole host name. */
  readonly host?: string;
  /** Further hosts, written alike. */
  readonly aliases?: readonly string[];
  readonly allow?: AllowList;
  /** false: it does not get the user's token. */
  readonly forwardToken?: false;
  /** Off by MCP_<NAME>_ENABLED=false: declared, listed, not started and not routed. */
  readonly enabled: boolean;
}

/** What is started: an argv list, never a shell's line. `${PORT}` and `${DATA_DIR}` are still in it. */
export interface Program {
  readonly command: readonly [string, ...string[]];
  /** The server's own environment (env, envFile), `${env:X}` resolved. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute, or beginning with `${DATA_DIR}`. */
  readonly cwd?: string;
  /** The command holds values of the gateway's variables (`${env:X}`): it is not to be written where others read it. */
  readonly usesVariables?: true;
}

/** Bounds of a proxy's sessions. */
export interface SessionLimits {
  readonly idleSeconds: number;
  readonly max: number;
  readonly perUser: number;
  /** The server's own state cannot be made again: a session ends with its child. */
  readonly stateful?: boolean;
  /** Processes that are started ahead of the sessions. */
  readonly warm: number;
}

/** Bounds of one session's process and of its messages; undefined: none. */
export interface ServerLimits {
  /** Bytes, of the process and all it starts. */
  readonly memory: number | undefined;
  /** Processors. */
  readonly cpus: number | undefined;
  readonly pids: number | undefined;
  /** Bytes. */
  readonly messageSize: number;
  /** Bytes that all clients together are sending and have not yet read. */
  readonly buffered: number;
  readonly pendingRequests: number;
  readonly requestSeconds: number;
  readonly startupSeconds: number;
}

/** Protocol versions up to 2025-11-25 (`legacy`), and from 2026-07-28 (`modern`). */
type ServerEra = "auto" | "legacy" | "modern" | "both";

/** Processes that work on one call of a modern client at a time; what is absent has the proxy's own default. */
interface LeaseLimits {
  readonly max?: number | undefined;
  readonly maxPerUser?: number | undefined;
  readonly waitSeconds?: number | undefined;
}

/** Names of tools, in which `*` stands for any text. */
interface ToolLists {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/** What needs a scope, and what it means. */
export type ScopeDefinition = ScopeRules[string] & {
  /** Shown to people who are asked to agree. */
  readonly title: string;
};

/** A server that speaks MCP on stdin/stdout: one proxy stands before it. */
export interface StdioServer extends AnyServer, Program {
  readonly kind: "stdio";
  readonly sessions: SessionLimits;
  /** The image that its container is made of; absent: one of the gateway's own. */
  readonly image?: string;
  /** A process is told whose session it is. */
  readonly userEnv?: boolean;
  /** Which protocol versions it speaks; absent: it is asked. */
  readonly era?: ServerEra;
  /** Which clients are served; absent: both kinds. */
  readonly facade?: "both" | "legacy" | "modern";
  /** Whose modern clients one process may serve; absent: those of one user. */
  readonly sharing?: "per-user" | "all-users";
  readonly leases?: LeaseLimits;
  /** How long modern clients may keep results, where it does not say so itself. */
  readonly cache?: CacheRules;
  /** Containers of it, in Docker; absent: one. */
  readonly replicas?: number;
  /** Which tools exist for clients. */
  readonly tools: ToolLists;
  /** Scopes that some of its tools and methods need, beside `mcp`, by name. */
  readonly scopes?: Readonly<Record<string, ScopeDefinition>>;
  readonly limits: ServerLimits;
}

/** A server that speaks Streamable HTTP itself: nothing stands before it but the edge. */
export interface HttpServer extends AnyServer {
  readonly kind: "http";
  /** Its MCP endpoint. May hold `${PORT}`: a free loopback port that the supervisor chooses, or the container's. */
  readonly url: string;
  /** Set on the upstream request after authentication. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the supervisor runs it too (`command` beside `url`). */
  readonly run?: Program;
  /** In Docker: it is a container of an image of its own, and `url` says its port and path there. */
  readonly container?: ImageProgram;
}

/** What a container of somebody else's image starts: the command, or without one what the image itself says. */
export interface ImageProgram extends Omit<Program, "command"> {
  readonly image: string;
  readonly command?: Program["command"];
}
