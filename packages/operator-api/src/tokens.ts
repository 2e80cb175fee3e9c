/**
 * What a user gave: a client's grant with all its tokens, or a personal access token. Its id opens nothing. Times are seconds
 * since the epoch.
 */
export interface TokenView {
  readonly id: string;
  readonly kind: "client" | "personal";
  readonly client_id: string;
  /** The client's own name, or the one that the person gave their token. */
  readonly name: string;
  readonly user: string;
  readonly sub: string;
  readonly server: string;
  readonly resource: string;
  readonly scope: string;
  /** The only tools it is good for; absent: all. */
  readonly tools?: readonly string[];
  readonly created_at: number;
  readonly expires_at: number;
}

/** `GET /tokens`: the latest of them, in order of creation. */
export interface TokenList {
  /** How many there are, those that are not in the list too. */
  readonly total: number;
  readonly tokens: readonly TokenView[];
}

/** `DELETE /tokens` and `DELETE /tokens/ID`. */
export interface RevokedTokens {
  readonly revoked: number;
}
