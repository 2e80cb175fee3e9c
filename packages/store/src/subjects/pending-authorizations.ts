import { recordKey } from "../keys.ts";
import type { PendingAuthorization, PendingAuthorizations } from "../ports/authorization.ts";
import { drop, put, type Records, unchanged } from "../records.ts";

/** Authorization requests on their way through sign-in and consent. */
export function pendingAuthorizations(records: Records): PendingAuthorizations {
  return {
    keep: (pending, expiresAt) =>
      records.apply({ write: [put(recordKey("pendingAuthorization", pending.id), pending, expiresAt)] }),

    async find(id) {
      return (await records.read<PendingAuthorization>(recordKey("pendingAuthorization", id))).value;
    },

    take: (id) =>
      records.settle(async () => {
        const found = await records.read<PendingAuthorization>(recordKey("pendingAuthorization", id));
        if (found.value === undefined) return { outcome: undefined };
        return { outcome: found.value, change: { expect: [unchanged(found)], write: [drop(found.key)] } };
      }),
  };
}
