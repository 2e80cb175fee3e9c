/** A registered OAuth client (RFC 7591 2), as kept: no secret, only its digest. Times are seconds since the epoch. */
export interface Client {
  readonly clientId: string;
  readonly clientIdIssuedAt: number;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly tokenEndpointAuthMethod: "none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt";
  /** Public keys of a client that authenticates by private_key_jwt. */
  readonly jwks?: JsonWebKeySet;
  /** Where such a client keeps them, in place of `jwks`. */
  readonly jwksUri?: string;
  /** SHA-256 of the secret, base64url; absent for public clients. */
  readonly secretDigest?: string;
  /** SHA-256 of the registration access token (RFC 7592 3), base64url; absent where registration cannot be managed. */
  readonly registrationTokenDigest?: string;
  /** Shown (escaped), stored and echoed; not interpreted. Wire names: client_name, client_uri, contacts, … */
  readonly display: Readonly<Record<string, unknown>>;
  /** Last time a grant of this client was made or used; absent for a client never used. */
  readonly lastUsedAt?: number;
  /** Gone after this moment, unless used before; absent: kept for ever. */
  readonly expiresAt?: number;
}

/** A JWK set (RFC 7517 5): public members only. */
export interface JsonWebKeySet {
  readonly keys: readonly {
    readonly kty: string;
    readonly kid?: string | undefined;
    readonly use?: string | undefined;
    readonly alg?: string | undefined;
    readonly [member: string]: unknown;
  }[];
}

export interface Clients {
  /** Keeps a new client. Refuses (throws) an id that exists. */
  register(client: Client): Promise<void>;
  /** The client, or undefined when unknown or expired. */
  find(clientId: string): Promise<Client | undefined>;
  /**
   * Puts a changed registration in the place of the client of its id; when the client was used and when it ends stay as
   * they are. False, and nothing done, when there is none, or its registration access token is not (any more) the expected one.
   */
  replace(client: Client, expectedTokenDigest: Client["registrationTokenDigest"]): Promise<boolean>;
  /**
   * Keeps a client that describes itself elsewhere, in the place of what was kept of it; when it was used and when it
   * ends stay as they are. One that was removed stays so.
   */
  remember(client: Client): Promise<void>;
  /** Records use of the client and moves its expiry. Unknown clients are ignored. */
  touch(clientId: string, use: { lastUsedAt: number; expiresAt: number | undefined }): Promise<void>;
  /** Deletes the client; every grant it holds ends, as by `Grants.revoke`. Gives the ids of the grants that ended. */
  remove(clientId: string): Promise<readonly string[]>;
  /** All that have not expired, in order of registration. */
  list(): Promise<readonly Client[]>;
}
