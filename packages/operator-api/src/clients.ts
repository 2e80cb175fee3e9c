/** A client as an operator sees it: nothing of its secrets, not even digests. Times are seconds since the epoch. */
export interface ClientView {
  readonly client_id: string;
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly client_id_issued_at: number;
  readonly last_used_at?: number;
  /** Absent: kept for ever. */
  readonly expires_at?: number;
  /** Grants of it that live. */
  readonly tokens: number;
}

/** `GET /clients`: the latest of them, in order of registration. */
export interface ClientList {
  /** How many there are, those that are not in the list too. */
  readonly total: number;
  readonly clients: readonly ClientView[];
}

/** `DELETE /clients` and `DELETE /clients/ID`. */
export interface DeletedClients {
  readonly deleted: number;
  /** Grants that ended with them. */
  readonly tokens_revoked: number;
}
