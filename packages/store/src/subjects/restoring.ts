import type { Change, Membership, Write } from "../engine.ts";
import { indexName, recordKey } from "../keys.ts";
import type { Backups, Restored, RestoreTally, Snapshot } from "../ports/backups.ts";
import { type Found, put, type Records, type Settlement, unchanged } from "../records.ts";
import { type ClientRecord, clients } from "./clients.ts";
import { portions } from "./expired.ts";
import { type GrantRecord, grantMemberships, grantOf } from "./grant-records.ts";
import { revokeGrant } from "./grant-revocation.ts";

type Options = Parameters<Backups["restore"]>[1];

/** One record to be put back. */
interface Candidate {
  readonly key: string;
  readonly value: unknown;
  /** Absent: never. */
  readonly expiresAt?: number | undefined;
  readonly join: readonly Membership[];
  /** Whether what the store has under this key is to stay. */
  readonly isKept: (found: unknown) => boolean;
  /** The grant without which it means nothing. */
  readonly grantKey?: string;
}

/** See `Backups.restore`. The marks come first: cut off at any moment, nothing lives that was ended. */
export async function restore(records: Records, snapshot: Snapshot, options: Options): Promise<Restored> {
  const cleared = options.clear ? await clear(records, snapshot, options) : { removedClients: 0, revokedGrants: 0 };
  const put = (candidates: readonly Candidate[]) => putBack(records, candidates, options);
  const marks = await put(marksOf(snapshot));
  return {
    marks,
    clients: await put(snapshot.clients.map(clientCandidate)),
    grants: await put(grantCandidates(snapshot)),
    refreshTokens: await put(refreshCandidates(snapshot)),
    ...cleared,
  };
}

async function clear(records: Records, snapshot: Snapshot, { dryRun }: Options) {
  const subject = clients(records);
  const staying = new Set(snapshot.clients.map(({ client }) => client.clientId));
  const going = (await subject.list()).filter(({ clientId }) => !staying.has(clientId));
  const living = new Set(snapshot.grants.map(({ grant }) => grant.grantId));
  const grantRecords = await records.list<GrantRecord>(indexName("grants"));
  const ending = grantRecords.flatMap((record) => grantOf(record) ?? []).filter(({ grantId }) => !living.has(grantId));
  if (!dryRun) {
    for (const { grantId } of ending) await revokeGrant(records, grantId);
    for (const { clientId } of going) await subject.remove(clientId);
  }
  return { removedClients: going.length, revokedGrants: ending.length };
}

const always = () => true;

function marksOf({ endedGrants, revokedAccessTokens, usedAssertions, loginOwners }: Snapshot): readonly Candidate[] {
  const ended: GrantRecord = { ended: true };
  return [
    ...loginOwners.map(({ login, sub }) => ({
      ...{ key: recordKey("loginOwner", login), value: { sub }, join: [], isKept: always },
    })),
    ...endedGrants.map(({ grantId, expiresAt }) => ({
      ...{ key: recordKey("grant", grantId), value: ended, expiresAt, join: [], isKept: always },
    })),
    ...revokedAccessTokens.map(({ jti, expiresAt }) => ({
      ...{ key: recordKey("revokedAccessToken", jti), value: true, expiresAt, join: [], isKept: always },
    })),
    ...usedAssertions.map(({ digest, expiresAt }) => ({
      ...{ key: recordKey("clientAssertion", digest), value: true, expiresAt, join: [], isKept: always },
    })),
  ];
}

function clientCandidate(record: Snapshot["clients"][number]): Candidate {
  const { clientId, expiresAt } = record.client;
  const key = recordKey("client", clientId);
  return {
    key,
    value: record satisfies ClientRecord,
    expiresAt,
    join: [{ index: indexName("clients"), member: key, expiresAt }],
    isKept: (found) => "client" in (found as ClientRecord),
  };
}

function grantCandidates({ grants, endedGrants }: Snapshot): readonly Candidate[] {
  const ended = new Set(endedGrants.map(({ grantId }) => grantId));
  return grants
    .filter(({ grant }) => !ended.has(grant.grantId))
    .map((record) => {
      const { grantId, expiresAt } = record.grant;
      const join = grantMemberships(record.grant);
      return { key: recordKey("grant", grantId), value: record satisfies GrantRecord, expiresAt, join, isKept: always };
    });
}

/** Generations of the snapshot's own grants, none longer than its grant. */
function refreshCandidates({ grants, refreshTokens }: Snapshot): readonly Candidate[] {
  const ends = new Map(grants.map(({ grant }) => [grant.grantId, grant.expiresAt]));
  return refreshTokens.flatMap((record): Candidate[] => {
    const { digest, grantId, expiresAt } = record.token;
    const end = ends.get(grantId);
    if (end === undefined) return [];
    const key = recordKey("refreshToken", digest);
    const grantKey = recordKey("grant", grantId);
    return [{ key, value: record, expiresAt: Math.min(expiresAt, end), join: [], isKept: always, grantKey }];
  });
}

async function putBack(records: Records, candidates: readonly Candidate[], options: Options): Promise<RestoreTally> {
  const alive = candidates.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > records.now());
  let restored = 0;
  for (const portion of portions(alive)) restored += await records.settle(() => restoration(records, portion, options));
  return { restored, kept: alive.length - restored, expired: candidates.length - alive.length };
}

async function restoration(
  records: Records,
  candidates: readonly Candidate[],
  { dryRun }: Options,
): Promise<Settlement<number>> {
  const found = await records.readAll<unknown>(candidates.map(({ key }) => key));
  const grants = await records.readAll<GrantRecord>(candidates.flatMap(({ grantKey }) => grantKey ?? []));
  const grantsByKey = new Map(grants.map((grant) => [grant.key, grant]));
  const chosen = candidates.flatMap((candidate, position) => {
    const there = found[position] as Found<unknown>;
    const grant = candidate.grantKey === undefined ? undefined : grantsByKey.get(candidate.grantKey);
    const isEnded = grant?.value !== undefined && "ended" in grant.value;
    const isKept = isEnded || (there.value !== undefined && candidate.isKept(there.value));
    return isKept ? [] : [{ candidate, expect: [there, ...(grant === undefined ? [] : [grant])].map(unchanged) }];
  });
  if (dryRun || chosen.length === 0) return { outcome: chosen.length };
  const write = chosen.map(({ candidate }): Write => put(candidate.key, candidate.value, candidate.expiresAt));
  const join = chosen.flatMap(({ candidate }) => candidate.join);
  const change: Change = { expect: chosen.flatMap(({ expect }) => expect), write, join };
  return { outcome: chosen.length, change };
}
