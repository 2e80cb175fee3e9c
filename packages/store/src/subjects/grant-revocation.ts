import { recordKey } from "../keys.ts";
import { put, type Records, type Settlement, unchanged } from "../records.ts";
import { endingOf, exchangeMemory, type GrantRecord, grantOf } from "./grant-records.ts";

/** Ends a grant, or bars its id where it has not begun; gives whether there was one that lived. */
export function revokeGrant(records: Records, grantId: string): Promise<boolean> {
  return records.settle(() => revocation(records, grantId));
}

async function revocation(records: Records, grantId: string): Promise<Settlement<boolean>> {
  const found = await records.read<GrantRecord>(recordKey("grant", grantId));
  const expect = [unchanged(found)];
  const grant = grantOf(found.value);
  if (grant !== undefined) return { outcome: true, change: { expect, ...endingOf([grant]) } };
  if (found.value !== undefined) return { outcome: false };
  // RFC 6749 4.1.2: a replayed code may be known as one before the exchange it must undo has made its grant.
  const barred: GrantRecord = { ended: true };
  return { outcome: false, change: { expect, write: [put(found.key, barred, records.now() + exchangeMemory)] } };
}
