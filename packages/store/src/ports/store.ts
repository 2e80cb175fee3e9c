import type { AuthorizationCodes, BrowserSessions, Consents, PendingAuthorizations } from "./authorization.ts";
import type { Backups } from "./backups.ts";
import type { ClientAssertions } from "./client-assertions.ts";
import type { Clients } from "./clients.ts";
import type { DeviceCodes } from "./device.ts";
import type { Feed } from "./feed.ts";
import type { Grants } from "./grants.ts";
import type { LoginOwners } from "./login-owners.ts";
import type { EraVerdicts, McpSessions, Replicas, RequestStateUses } from "./proxies.ts";
import type { SealedSigningKeys } from "./signing-keys.ts";

/** Everything kept, by subject. Expired records are never given back, whatever the engine still holds. */
export interface Store {
  readonly clients: Clients;
  readonly clientAssertions: ClientAssertions;
  readonly pendingAuthorizations: PendingAuthorizations;
  readonly codes: AuthorizationCodes;
  readonly deviceCodes: DeviceCodes;
  readonly browserSessions: BrowserSessions;
  readonly consents: Consents;
  readonly loginOwners: LoginOwners;
  readonly grants: Grants;
  readonly mcpSessions: McpSessions;
  readonly replicas: Replicas;
  readonly requestStateUses: RequestStateUses;
  readonly eraVerdicts: EraVerdicts;
  readonly signingKeys: SealedSigningKeys;
  readonly backups: Backups;
  readonly feed: Feed;
  /**
   * Drops the records that have expired, and the places in indexes whose record is gone. The store does so by itself, in
   * time; this is for whoever wants to see it done. Gives how many there were; with `dryRun` nothing is dropped.
   */
  purgeExpired(options: {
    readonly dryRun: boolean;
  }): Promise<{ readonly records: number; readonly memberships: number }>;
  /** Resolves when the engine answers a round trip; rejects with StoreUnavailable when it does not within the limit. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Seconds since the epoch, with fraction. */
export type Clock = () => number;

/** The store cannot be reached, or did not answer in time. Callers answer 503, never "unknown". */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
