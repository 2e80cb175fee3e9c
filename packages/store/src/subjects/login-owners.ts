import { recordKey } from "../keys.ts";
import type { LoginOwners } from "../ports/login-owners.ts";
import { put, type Records, unchanged } from "../records.ts";

/** Logins and whose they were first. */
export function loginOwners(records: Records): LoginOwners {
  return {
    claim: (login, sub) =>
      records.settle(async () => {
        const found = await records.read<{ readonly sub: string }>(recordKey("loginOwner", login));
        if (found.value !== undefined) return { outcome: found.value.sub };
        return { outcome: sub, change: { expect: [unchanged(found)], write: [put(found.key, { sub })] } };
      }),
  };
}
