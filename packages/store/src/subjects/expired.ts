import { indexPrefixes, recordPrefixes } from "../keys.ts";
import type { Store } from "../ports/store.ts";
import { drop, type Records, unchanged } from "../records.ts";

/** Things that one change touches: it holds up those behind it. */
const atOnce = 200;

/** See `Store.purgeExpired`. */
export async function purgeExpired(
  records: Records,
  { dryRun }: Parameters<Store["purgeExpired"]>[0],
): ReturnType<Store["purgeExpired"]> {
  let dropped = 0;
  for (const prefix of Object.values(recordPrefixes)) {
    for (const keys of portions(await records.keys(prefix))) dropped += await dropExpired(records, keys, dryRun);
  }
  let left = 0;
  const indexes = new Set<string>();
  for (const prefix of Object.values(indexPrefixes)) {
    for (const index of await records.indexes(prefix)) indexes.add(index);
  }
  for (const index of indexes) {
    for (const members of portions(await records.members(index))) left += await leave(records, index, members, dryRun);
  }
  return { records: dropped, memberships: left };
}

function dropExpired(records: Records, keys: readonly string[], dryRun: boolean): Promise<number> {
  return records.settle(async () => {
    const found = await records.readAll(keys);
    const expired = found.filter(({ text, value }) => text !== undefined && value === undefined);
    const change = { expect: expired.map(unchanged), write: expired.map(({ key }) => drop(key)) };
    return { outcome: expired.length, ...(dryRun || expired.length === 0 ? {} : { change }) };
  });
}

function leave(records: Records, index: string, members: readonly string[], dryRun: boolean): Promise<number> {
  return records.settle(async () => {
    const gone = (await records.readAll(members)).filter(({ value }) => value === undefined);
    const change = { expect: gone.map(unchanged), leave: gone.map(({ key }) => ({ index, member: key })) };
    return { outcome: gone.length, ...(dryRun || gone.length === 0 ? {} : { change }) };
  });
}

/** A list in pieces that one change may touch. */
export function portions<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / atOnce) }, (_, n) => list.slice(n * atOnce, (n + 1) * atOnce));
}
