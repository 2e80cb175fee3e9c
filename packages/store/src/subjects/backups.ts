import { recordPrefixes } from "../keys.ts";
import type { Backups, Snapshot } from "../ports/backups.ts";
import { parseEnding } from "../record.ts";
import type { Records } from "../records.ts";
import type { ClientRecord } from "./clients.ts";
import { portions } from "./expired.ts";
import type { GrantRecord, RefreshRecord } from "./grant-records.ts";
import { restore } from "./restoring.ts";

/** Copies of the OAuth data, and the way back. */
export function backups(records: Records): Backups {
  return { take: () => take(records), restore: (snapshot, options) => restore(records, snapshot, options) };
}

/** One record that lives. `id` is what stands behind the prefix in its key. */
interface Living<T> {
  readonly id: string;
  readonly value: T;
  readonly expiresAt: number;
}

async function take(records: Records): Promise<Snapshot> {
  // The marks last: what is revoked or used while this reads is then in both lists, and the mark wins.
  const clients = await living<ClientRecord>(records, recordPrefixes.client);
  const refreshTokens = await living<RefreshRecord>(records, recordPrefixes.refreshToken);
  const grants = await living<GrantRecord>(records, recordPrefixes.grant);
  const revoked = await living<true>(records, recordPrefixes.revokedAccessToken);
  const assertions = await living<true>(records, recordPrefixes.clientAssertion);
  const owners = await living<{ readonly sub: string }>(records, recordPrefixes.loginOwner);
  return {
    loginOwners: owners.map(({ id, value }) => ({ login: id, sub: value.sub })),
    clients: clients.flatMap(({ value }) => ("client" in value ? [value] : [])),
    grants: grants.flatMap(({ value }) => ("grant" in value ? [value] : [])),
    refreshTokens: refreshTokens.map(({ value }) => value),
    endedGrants: grants.flatMap(({ id, value, expiresAt }) => ("ended" in value ? [{ grantId: id, expiresAt }] : [])),
    revokedAccessTokens: revoked.map(({ id, expiresAt }) => ({ jti: id, expiresAt })),
    usedAssertions: assertions.map(({ id, expiresAt }) => ({ digest: id, expiresAt })),
  };
}

async function living<T>(records: Records, prefix: string): Promise<readonly Living<T>[]> {
  const found: Living<T>[] = [];
  for (const keys of portions(await records.keys(prefix))) {
    for (const { key, text } of await records.readAll<T>(keys)) {
      const record = parseEnding<T>(text, records.now());
      if (record === undefined) continue;
      const { value, expiresAt = Number.POSITIVE_INFINITY } = record;
      found.push({ id: key.slice(prefix.length), value, expiresAt });
    }
  }
  return found;
}
