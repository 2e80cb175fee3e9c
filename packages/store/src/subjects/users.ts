import { indexName, recordPrefixes } from "../keys.ts";
import { drop, type Found, type Records } from "../records.ts";
import type { CodeRecord } from "./codes.ts";
import type { DeviceRecord } from "./device-poll.ts";
import { type GrantRecord, grantOf } from "./grant-records.ts";
import { revokeGrant } from "./grant-revocation.ts";

/** Ends everything of one user: grants, codes and devices on their way, browser sessions, consents. Gives the ids of the ended grants. */
export async function endUser(records: Records, sub: string): Promise<readonly string[]> {
  const index = indexName("user", sub);
  const found = await records.readAll<unknown>(await records.members(index));
  const ended: string[] = [];
  for (const grantId of found.flatMap(grantIdsOf)) {
    if (await revokeGrant(records, grantId)) ended.push(grantId);
  }
  const rest = found.map(({ key }) => key).filter((key) => !key.startsWith(recordPrefixes.grant));
  await records.apply({ write: rest.map(drop), leave: rest.map((member) => ({ index, member })) });
  return ended;
}

/** The grants that a record of a user stands for; that of a code may be in the making. */
function grantIdsOf({ key, value }: Found<unknown>): readonly string[] {
  if (value === undefined) return [];
  if (key.startsWith(recordPrefixes.grant)) {
    const grant = grantOf(value as GrantRecord);
    return grant === undefined ? [] : [grant.grantId];
  }
  if (key.startsWith(recordPrefixes.deviceCode)) {
    const record = value as DeviceRecord;
    return ["spentFor" in record ? record.spentFor : record.authorization.grantId];
  }
  if (!key.startsWith(recordPrefixes.code)) return [];
  const record = value as CodeRecord;
  return ["spentFor" in record ? record.spentFor : record.code.grantId];
}
