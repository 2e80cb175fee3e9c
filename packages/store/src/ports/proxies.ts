/** What a client has set up in its server, to be set up again in another process of it. */
export interface McpSessionSetup {
  /** Of `logging/setLevel`. */
  readonly level?: string | undefined;
  /** URIs of `resources/subscribe`. */
  readonly subscriptions: readonly string[];
}

/** An MCP session as a proxy remembers it. Times are seconds since the epoch. */
export interface McpSession {
  readonly sessionId: string;
  /** Who it belongs to; nobody else ever gets an answer on it. */
  readonly sub: string;
  readonly clientId: string;
  /** The only tools of the tokens it is for, as names and globs; absent: all. */
  readonly tools?: readonly string[];
  readonly replica: string;
  readonly negotiatedVersion: string;
  /** The client's own `initialize` params, for a replay of the handshake. */
  readonly initializeParams: unknown;
  readonly setup?: McpSessionSetup | undefined;
  readonly createdAt: number;
  readonly lastAccessed: number;
}

export interface McpSessions {
  keep(session: McpSession, expiresAt: number): Promise<void>;
  find(sessionId: string): Promise<McpSession | undefined>;
  end(sessionId: string): Promise<void>;
  /** All alive, oldest first. */
  list(): Promise<readonly McpSession[]>;
}

/** The live replicas of one server's proxy. */
export interface Replicas {
  /** Says that a replica lives, until `expiresAt`. */
  heartbeat(replica: { readonly name: string; readonly address: string }, expiresAt: number): Promise<void>;
  leave(name: string): Promise<void>;
  /** Those alive now, by name. */
  live(): Promise<readonly { readonly name: string; readonly address: string }[]>;
}

/** The requestStates that were used (mcp-wire.md §4.4): each is good for one call, at whichever replica. */
export interface RequestStateUses {
  /** Remembers a use until `expiresAt` (seconds since the epoch). False when it was used before; of two at once exactly one gives true. */
  spend(id: string, expiresAt: number): Promise<boolean>;
  /** Nothing came of the use: it is as if it had not been. */
  giveBack(id: string): Promise<void>;
}

/** Which protocol versions a server was found to speak. */
export interface EraVerdictRecord {
  readonly legacy: boolean;
  readonly modern: boolean;
  /** A digest of what the server is: another command may be another server. */
  readonly definition: string;
  /** Seconds since the epoch. */
  readonly probedAt: number;
}

/** What one replica has found out of their server, the others need not ask (mcp-wire.md §5.6). */
export interface EraVerdicts {
  find(definition: string): Promise<EraVerdictRecord | undefined>;
  keep(verdict: EraVerdictRecord, expiresAt: number): Promise<void>;
}
