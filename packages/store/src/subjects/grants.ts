import { indexName, recordKey, recordPrefixes } from "../keys.ts";
import type { User } from "../ports/authorization.ts";
import type { AccessTokenIds, Grant, Grants } from "../ports/grants.ts";
import { type Found, put, type Records, type Settlement, unchanged } from "../records.ts";
import type { ClientRecord } from "./clients.ts";
import { type GrantRecord, grantMemberships, grantOf, keepRefreshToken, type RefreshRecord } from "./grant-records.ts";
import { revokeGrant } from "./grant-revocation.ts";
import { rotateRefreshToken } from "./refresh-tokens.ts";
import { endUser } from "./users.ts";

/** Grants, their refresh tokens, and the access tokens that ended before their time. */
export function grants(records: Records): Grants {
  return {
    create: (grant, refreshToken) => records.settle(() => creation(records, grant, refreshToken)),
    find: (grantId) => findGrant(records, grantId),
    async ofAccessToken(grantId, jti) {
      const [grant] = await ofAccessTokens(records, [{ grantId, jti }]);
      return grant;
    },

    ofAccessTokens: (tokens) => ofAccessTokens(records, tokens),

    renewUser: (grantId, user) => records.settle(() => renewal(records, grantId, user)),

    async ofRefreshToken(digest) {
      const { value } = await records.read<RefreshRecord>(recordKey("refreshToken", digest));
      return value && findGrant(records, value.token.grantId);
    },

    rotate: (use) => rotateRefreshToken(records, use),

    async revoke(grantId) {
      await revokeGrant(records, grantId);
    },

    revokeAccessToken: (jti, expiresAt) =>
      records.settle(async () => {
        const found = await records.read<true>(recordKey("revokedAccessToken", jti));
        if (found.value !== undefined || expiresAt <= records.now()) return { outcome: undefined };
        const write = [put(found.key, true, expiresAt)];
        const publish = [{ kind: "access-token-revoked" as const, jti }];
        return { outcome: undefined, change: { expect: [unchanged(found)], write, publish } };
      }),

    revokeUser: (sub) => endUser(records, sub),

    async ofUser(sub) {
      const members = await records.members(indexName("user", sub));
      const found = await records.readAll<GrantRecord>(members.filter((key) => key.startsWith(recordPrefixes.grant)));
      return inOrder(found.flatMap(({ value }) => (value === undefined ? [] : [value])));
    },

    list: async () => inOrder(await records.list<GrantRecord>(indexName("grants"))),
  };
}

function inOrder(found: readonly GrantRecord[]): readonly Grant[] {
  const alive = found.filter((record) => "grant" in record);
  return alive.sort((one, other) => one.order - other.order).map(({ grant }) => grant);
}

async function findGrant(records: Records, grantId: string): Promise<Grant | undefined> {
  return grantOf((await records.read<GrantRecord>(recordKey("grant", grantId))).value);
}

async function ofAccessTokens(
  records: Records,
  tokens: readonly AccessTokenIds[],
): Promise<readonly (Grant | undefined)[]> {
  const ofGrants = tokens.map(({ grantId }) => recordKey("grant", grantId));
  const ofRevoked = tokens.map(({ jti }) => recordKey("revokedAccessToken", jti));
  const found = await records.readAll<GrantRecord | true>([...ofGrants, ...ofRevoked]);
  return tokens.map((_token, place) => {
    const isRevoked = found[tokens.length + place]?.value !== undefined;
    return isRevoked ? undefined : grantOf(found[place]?.value as GrantRecord | undefined);
  });
}

async function creation(
  records: Records,
  grant: Grant,
  refreshToken: Parameters<Grants["create"]>[1],
): Promise<Settlement<void>> {
  const [client, found] = (await records.readAll([
    recordKey("client", grant.clientId),
    recordKey("grant", grant.grantId),
  ])) as [Found<ClientRecord>, Found<GrantRecord>];
  if (grantOf(found.value) !== undefined) throw new Error(`Grant ${grant.grantId} exists already`);
  // The client was deleted, or the grant revoked, while its code was being exchanged: it ends before it begins.
  const barred = found.value !== undefined || (client.value !== undefined && "removed" in client.value);
  if (barred) return { outcome: undefined };
  const record: GrantRecord = { grant, order: records.nextOrder() };
  const refresh = refreshToken === undefined ? [] : [keepRefreshToken({ token: refreshToken }, grant)];
  return {
    outcome: undefined,
    change: {
      expect: [unchanged(client), unchanged(found)],
      write: [put(found.key, record, grant.expiresAt), ...refresh],
      join: grantMemberships(grant),
    },
  };
}

async function renewal(records: Records, grantId: string, user: User): Promise<Settlement<Grant | undefined>> {
  const found = await records.read<GrantRecord>(recordKey("grant", grantId));
  const { value } = found;
  if (value === undefined || !("grant" in value) || value.grant.user.sub !== user.sub) return { outcome: undefined };
  const known = value.grant.user.memberships?.askedAt ?? 0;
  if ((user.memberships?.askedAt ?? 0) < known) return { outcome: value.grant };
  const grant: Grant = { ...value.grant, user };
  const write = [put(found.key, { ...value, grant }, grant.expiresAt)];
  return { outcome: grant, change: { expect: [unchanged(found)], write } };
}
