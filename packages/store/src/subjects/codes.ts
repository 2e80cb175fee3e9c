import { indexName, recordKey } from "../keys.ts";
import type { AuthorizationCode, AuthorizationCodes } from "../ports/authorization.ts";
import { put, type Records, unchanged } from "../records.ts";

/** A code as kept: whole until it is spent, then only what a replay must revoke. */
export type CodeRecord = { readonly code: AuthorizationCode } | { readonly spentFor: string };

type Spending = Awaited<ReturnType<AuthorizationCodes["spend"]>>;

/** Seconds for which a spent code is remembered beyond its life, so that a replay is known as one (RFC 6749 4.1.2). */
const replayMemory = 600;

/** Authorization codes, under the digest of their value. */
export function authorizationCodes(records: Records): AuthorizationCodes {
  return {
    issue(codeDigest, code) {
      const key = recordKey("code", codeDigest);
      // In the user's index also once spent: whoever ends all of a user's grants ends the one in the making too.
      const join = [{ index: indexName("user", code.user.sub), member: key, expiresAt: code.expiresAt + replayMemory }];
      return records.apply({ write: [put(key, { code } satisfies CodeRecord, code.expiresAt)], join });
    },

    spend: (codeDigest) =>
      records.settle<Spending>(async () => {
        const found = await records.read<CodeRecord>(recordKey("code", codeDigest));
        if (found.value === undefined) return { outcome: { state: "unknown" } };
        if ("spentFor" in found.value) return { outcome: { state: "spent", grantId: found.value.spentFor } };
        const { code } = found.value;
        const spent: CodeRecord = { spentFor: code.grantId };
        return {
          outcome: { state: "fresh", code },
          change: { expect: [unchanged(found)], write: [put(found.key, spent, code.expiresAt + replayMemory)] },
        };
      }),
  };
}
