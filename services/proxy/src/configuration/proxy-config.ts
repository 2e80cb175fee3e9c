import type { Caching, IsToolAllowed, VersionChoice } from "@gateway/protocol";
import type { ResourceLimits } from "../child/resource-limits.ts";
import type { EraSetting } from "../era/server-era.ts";
import type { StreamTimes } from "../http/event-stream.ts";
import type { EventLogLimits } from "../legacy/event-log.ts";
import type { ScopedServer } from "../scopes/require-scope.ts";

/** How one proxy runs. Durations are milliseconds. */
export interface ProxyConfig {
  readonly name: string;
  readonly server: {
    readonly command: readonly [string, ...string[]];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string | undefined;
  };
  readonly versions: VersionChoice;
  readonly access: Access;
  readonly front: Front;
  readonly limits: Limits;
  readonly stateful: boolean;
  /** A child is told whose session it is. */
  readonly userEnv: boolean;
  /** Which wires the MCP server speaks. */
  readonly era: EraSetting;
  /** Which wires are served. */
  readonly facade: Facade;
  /** Modern clients of all users share processes, save for calls that may ask their user something. */
  readonly isShared: boolean;
  /** How long modern clients may keep results, by method, where the server does not say it. */
  readonly cache: CacheHints;
  /** What requestState is sealed with, the first of them; undefined: a key of this process's own. */
  readonly stateSecrets: readonly string[] | undefined;
  /** Undefined: it is the only proxy of its server. */
  readonly replica: ReplicaConfig | undefined;
  /** Where sessions are kept; undefined: in memory. */
  readonly dataDir: string | undefined;
  /** Which tools exist for clients; undefined: all. */
  readonly isToolAllowed: IsToolAllowed | undefined;
  /** What needs more than the scope `mcp`; undefined: nothing. */
  readonly scopes: ScopedServer | undefined;
}

/** By method; absent: for no time. */
export type CacheHints = ReadonlyMap<string, Caching>;

/** One of several proxies of a server. */
export interface ReplicaConfig {
  readonly name: string;
  readonly meeting: Meeting;
  /** Where the others reach this one; undefined: where it listens. */
  readonly url: string | undefined;
}

/** How they find each other: by a Redis, in which they also keep their sessions; or by asking, and then they share nothing. */
export type Meeting =
  | { readonly kind: "redis"; readonly redisUrl: string }
  | { readonly kind: "peers"; readonly urls: readonly string[] };

/** Which wires an endpoint serves, whatever its server speaks (mcp-wire.md §2.8). */
export type Facade = "both" | "legacy" | "modern";

/** Who may call: users auth vouches for, anyone, or nobody (decisions.md 9). */
export type Access =
  | {
      readonly kind: "assertion";
      readonly jwksUrl: string;
      readonly revocationsUrl: string;
      readonly issuer: string;
      readonly audiences: readonly [string, ...string[]];
    }
  | { readonly kind: "anonymous" }
  | { readonly kind: "closed" };

/** Which names and browser origins are answered (mcp-wire.md §3.2). */
export interface Front {
  /** Public hosts, with their port where they have one; empty: this machine's names and plain addresses. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly loopbackOrigins: boolean;
  /** No edge stands before it, so it answers preflights itself (decisions.md 29). */
  readonly alone: boolean;
}

/** What a proxy holds and waits for at most. */
export interface Limits {
  readonly sessions: number;
  readonly sessionsPerUser: number;
  readonly sessionIdle: number;
  /** Children that wait for a session. */
  readonly warm: number;
  readonly startup: number;
  /** How long modern clients wait for a server that speaks the older wire to say that it speaks theirs too. */
  readonly probe: number;
  readonly request: number;
  /** How long a client may take to answer its server. */
  readonly callback: number;
  /** How often a server may ask a legacy client again about one call. */
  readonly rounds: number;
  /** How long a legacy child may go on with a call that nobody waits for, before it is ended. */
  readonly drain: number;
  /** A child of modern clients that was asked nothing for so long ends. */
  readonly childIdle: number;
  /** Streams of notifications that one user of the modern wire may have open. */
  readonly listensPerUser: number;
  readonly streams: StreamTimes;
  /** What a legacy client may have missed: how much is kept of one session, and for how long after its connection went. */
  readonly missed: EventLogLimits & { readonly keptFor: number };
  /** Bytes. */
  readonly messageSize: number;
  /** Bytes, of all sessions together, of bodies that come in and answers that nobody has read yet. */
  readonly buffered: number;
  /** Bytes of these, of bodies of one user. */
  readonly bufferedOfUser: number;
  /** Unanswered requests of one session. */
  readonly pendingRequests: number;
  /**
   * Children that work on one call at a time, of all users and of one user and capability set, and how long one is waited
   * for (mcp-wire.md §5.3).
   */
  readonly leases: { readonly max: number; readonly maxPerUser: number; readonly wait: number };
  readonly resources: ResourceLimits;
}
