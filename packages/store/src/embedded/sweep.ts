import { parseRecord } from "../record.ts";
import { type Tables, transact } from "./tables.ts";

/**
 * Removes what has expired by `now` (seconds since the epoch), the oldest first, at most `limit` things: a sweep holds
 * up the writes behind it. Gives how many hints it worked off.
 */
export function sweepExpired(tables: Tables, now: number, limit: number): Promise<number> {
  const { due } = tables;
  return transact(tables, () => {
    const hints = [...due.getKeys({ end: [now], limit })];
    for (const hint of hints) {
      const [, name, member] = hint;
      if (name !== undefined && member === undefined) sweepRecord(tables, name, now);
      if (name !== undefined && member !== undefined) sweepMembership(tables, name, member, now);
      due.removeSync(hint);
    }
    return hints.length;
  });
}

// A record written again since has a hint of its own for its later end.
function sweepRecord({ records }: Tables, key: string, now: number): void {
  if (parseRecord(records.get(key), now) === undefined) records.removeSync(key);
}

function sweepMembership({ memberships }: Tables, index: string, member: string, now: number): void {
  const expiresAt = memberships.get([index, member]);
  if (typeof expiresAt === "number" && expiresAt <= now) memberships.removeSync([index, member]);
}
