import type { User } from "./authorization.ts";

/** What a user gave a client: the root of a refresh family and of every access token made from it. Seconds since the epoch. */
export interface Grant {
  readonly grantId: string;
  readonly clientId: string;
  readonly user: User;
  readonly resource: string;
  readonly scope: string;
  readonly authTime: number;
  readonly createdAt: number;
  /** Absolute end of the family. */
  readonly expiresAt: number;
  /** The name that the user gave it: of a personal access token only. */
  readonly name?: string;
  /** The only tools it is good for, as names and globs, in order; absent: all. Of a personal access token only. */
  readonly tools?: readonly string[];
}

/** What an access token says of where it comes from. */
export interface AccessTokenIds {
  readonly grantId: string;
  readonly jti: string;
}

/** One generation of a refresh token. */
export interface RefreshToken {
  readonly digest: string;
  readonly grantId: string;
  readonly issuedAt: number;
  /** Idle limit: dead when not used by then. */
  readonly expiresAt: number;
}

/** The outcome of presenting a refresh token (oauth-wire 6.3). */
export type Rotation =
  | { readonly state: "rotated"; readonly grant: Grant }
  /** Presented again within the grace, successor unused: hand out the same pair again. */
  | { readonly state: "repeated"; readonly grant: Grant; readonly sealedSuccessor: string }
  /** A replay: the family has been revoked, or kept when `onReuse` is `reject`. */
  | { readonly state: "reused"; readonly grantId: string }
  | { readonly state: "another-client" }
  | { readonly state: "unknown" };

export interface Grants {
  /** Keeps a grant and, with it, the first generation of its refresh token (none if the client may not refresh). */
  create(grant: Grant, refreshToken: RefreshToken | undefined): Promise<void>;
  /** The grant while it is alive. */
  find(grantId: string): Promise<Grant | undefined>;
  /**
   * The grant of an access token, while neither has ended: one look, as of one moment. An access token is valid only
   * while its grant is found here (decision 21).
   */
  ofAccessToken(grantId: string, jti: string): Promise<Grant | undefined>;
  /** The same for several access tokens, in their order: one look for all of them. */
  ofAccessTokens(tokens: readonly AccessTokenIds[]): Promise<readonly (Grant | undefined)[]>;
  /**
   * Puts what is known of the grant's user now in the place of what was known; an older memory (by `askedAt` of its
   * memberships) does not displace a newer one. Gives the grant as it is then; undefined when it is not alive, or another user's.
   */
  renewUser(grantId: string, user: User): Promise<Grant | undefined>;
  /** To whom a refresh token belongs, without using it. */
  ofRefreshToken(digest: string): Promise<Grant | undefined>;
  /**
   * Uses a refresh token, in one atomic step across replicas: the first use marks it used and keeps `successor`.
   * `sealedSuccessor` is the successor pair encrypted under a key derived from the presented token.
   */
  rotate(use: {
    readonly presentedDigest: string;
    readonly clientId: string;
    readonly successor: Omit<RefreshToken, "grantId">;
    readonly sealedSuccessor: string;
    /** Seconds in which a repeat gets the same successor. */
    readonly grace: number;
    readonly onReuse: "revoke" | "reject";
  }): Promise<Rotation>;
  /** Ends a grant: its refresh tokens are dead, its access tokens with it, and the feed says so. Idempotent. */
  revoke(grantId: string): Promise<void>;
  /** Ends one access token before its time (RFC 7009); kept until `expiresAt`, and the feed says so. */
  revokeAccessToken(jti: string, expiresAt: number): Promise<void>;
  /** Ends everything of one user; gives the ids of the grants that ended. */
  revokeUser(sub: string): Promise<readonly string[]>;
  /** Those of one user that are alive, in order of creation. */
  ofUser(sub: string): Promise<readonly Grant[]>;
  /** All alive, in order of creation. */
  list(): Promise<readonly Grant[]>;
}
