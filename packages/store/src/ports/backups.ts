import type { Client } from "./clients.ts";
import type { Grant, RefreshToken } from "./grants.ts";

/**
 * The OAuth data that outlives a restart of everything: who is registered and what people gave to whom. What lives for
 * minutes only (codes, sign-ins under way) or ends with a browser is not in it, and people are asked for consent once more.
 * Secrets are in it as digests only. Times are seconds since the epoch.
 */
export interface Snapshot {
  readonly clients: readonly { readonly client: Client; readonly order: number }[];
  readonly grants: readonly { readonly grant: Grant; readonly order: number }[];
  readonly refreshTokens: readonly {
    readonly token: RefreshToken;
    /** When it was used first, and what was handed out then. */
    readonly used?: { readonly at: number; readonly successorDigest: string; readonly sealedSuccessor: string };
  }[];
  /** Whose a login was first: an account that got the login of another later must not pass for it. */
  readonly loginOwners: readonly { readonly login: string; readonly sub: string }[];
  /** Grants that were revoked, until they would have ended by themselves. */
  readonly endedGrants: readonly { readonly grantId: string; readonly expiresAt: number }[];
  readonly revokedAccessTokens: readonly { readonly jti: string; readonly expiresAt: number }[];
  /** Client assertions that were used. */
  readonly usedAssertions: readonly { readonly digest: string; readonly expiresAt: number }[];
}

/** What became of the records of one kind. */
export interface RestoreTally {
  readonly restored: number;
  /** The store knows better: it has a later state of it, or the word that it ended. */
  readonly kept: number;
  readonly expired: number;
}

export interface Restored {
  readonly clients: RestoreTally;
  readonly grants: RestoreTally;
  readonly refreshTokens: RestoreTally;
  /** Revocations, uses and owners of logins that must stay known. */
  readonly marks: RestoreTally;
  /** What the snapshot did not have and `clear` ended. */
  readonly removedClients: number;
  readonly revokedGrants: number;
}

export interface Backups {
  take(): Promise<Snapshot>;
  /**
   * Puts back what a snapshot has and the store has not. What the store knows wins: a grant that was revoked since stays
   * so, a refresh token or an assertion that was used stays used, and what has expired stays away. A client that was
   * removed comes back, without the grants that ended with it. May be done again after it was cut off.
   */
  restore(
    snapshot: Snapshot,
    options: {
      /** First end the clients and grants that the snapshot does not have. */
      readonly clear: boolean;
      /** Only count. */
      readonly dryRun: boolean;
    },
  ): Promise<Restored>;
}
