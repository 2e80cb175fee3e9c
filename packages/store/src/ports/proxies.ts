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
