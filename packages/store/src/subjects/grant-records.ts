import type { Change, Membership, Write } from "../engine.ts";
import { indexName, recordKey } from "../keys.ts";
import type { Grant, RefreshToken } from "../ports/grants.ts";
import { put } from "../records.ts";

/** A grant as kept; or the word that one of this id has ended or shall not begin. */
export type GrantRecord = { readonly grant: Grant; readonly order: number } | { readonly ended: true };

/** Seconds for which an id that ended stays barred: an exchange on its way when the end came is long over by then. */
export const exchangeMemory = 3600;

/** One generation of a refresh token as kept. */
export interface RefreshRecord {
  readonly token: RefreshToken;
  /** When it was used first, and what was handed out then. */
  readonly used?: { readonly at: number; readonly successorDigest: string; readonly sealedSuccessor: string };
}

/** The grant of a record, if it is one that lives. */
export function grantOf(record: GrantRecord | undefined): Grant | undefined {
  return record !== undefined && "grant" in record ? record.grant : undefined;
}

/** The indexes a grant is in. */
export function grantMemberships({ grantId, clientId, user, expiresAt }: Grant): readonly Membership[] {
  const member = recordKey("grant", grantId);
  const indexes = [indexName("grants"), indexName("clientGrants", clientId), indexName("user", user.sub)];
  return indexes.map((index) => ({ index, member, expiresAt }));
}

/** The keeping of one generation, no longer than its grant. */
export function keepRefreshToken(record: RefreshRecord, grant: Grant): Write {
  const { digest, expiresAt } = record.token;
  return put(recordKey("refreshToken", digest), record, Math.min(expiresAt, grant.expiresAt));
}

/**
 * What ends these grants; their refresh tokens are dead without them. The word that they ended stays until they would have
 * ended by themselves, so that no backup brings one back.
 */
export function endingOf(grants: readonly Grant[]): Required<Pick<Change, "write" | "leave" | "publish">> {
  return {
    write: grants.map(({ grantId, expiresAt }) =>
      put(recordKey("grant", grantId), { ended: true } satisfies GrantRecord, expiresAt),
    ),
    leave: grants.flatMap(grantMemberships),
    publish: grants.map(({ grantId }) => ({ kind: "grant-revoked", grantId })),
  };
}
