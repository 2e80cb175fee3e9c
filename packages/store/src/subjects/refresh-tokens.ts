import { recordKey } from "../keys.ts";
import type { Grant, Grants, Rotation } from "../ports/grants.ts";
import { type Found, type Records, type Settlement, unchanged } from "../records.ts";
import { endingOf, type GrantRecord, grantOf, keepRefreshToken, type RefreshRecord } from "./grant-records.ts";
import { checkRotation } from "./rotation.ts";

type Use = Parameters<Grants["rotate"]>[0];

/** Uses a refresh token (oauth-wire 6.3); see `Grants.rotate`. */
export function rotateRefreshToken(records: Records, use: Use): Promise<Rotation> {
  return records.settle(() => rotation(records, use));
}

async function rotation(records: Records, use: Use): Promise<Settlement<Rotation>> {
  const refresh = await records.read<RefreshRecord>(recordKey("refreshToken", use.presentedDigest));
  if (refresh.value === undefined) return { outcome: { state: "unknown" } };
  const [grant, successor] = (await records.readAll([
    recordKey("grant", refresh.value.token.grantId),
    recordKey("refreshToken", refresh.value.used?.successorDigest ?? use.successor.digest),
  ])) as [Found<GrantRecord>, Found<RefreshRecord>];
  const living = grantOf(grant.value);
  const known = { refresh: refresh.value, grant: living, successor: successor.value };
  const outcome = checkRotation(known, use, records.now());
  const expect = [unchanged(refresh), unchanged(grant), unchanged(successor)];
  if (outcome.state === "rotated") {
    return { outcome, change: { expect, write: generations(refresh.value, outcome.grant, use, records.now()) } };
  }
  if (outcome.state === "reused" && use.onReuse === "revoke" && living !== undefined) {
    return { outcome, change: { expect, ...endingOf([living]) } };
  }
  // Nothing to write, yet the answer must be true of one moment: a repeat must not hand out a pair just used or ended.
  return { outcome, change: { expect } };
}

function generations(refresh: RefreshRecord, grant: Grant, use: Use, now: number) {
  const { successor, sealedSuccessor } = use;
  const used = { at: now, successorDigest: successor.digest, sealedSuccessor };
  const token = { ...successor, grantId: grant.grantId };
  return [keepRefreshToken({ ...refresh, used }, grant), keepRefreshToken({ token }, grant)];
}
