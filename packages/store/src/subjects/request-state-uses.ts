import { recordKey } from "../keys.ts";
import type { RequestStateUses } from "../ports/proxies.ts";
import { drop, put, type Records, unchanged } from "../records.ts";

/** The requestStates of one server's proxies that were used, until they would have ended anyway. */
export function requestStateUses(records: Records): RequestStateUses {
  return {
    spend: (id, expiresAt) =>
      records.settle(async () => {
        const found = await records.read(recordKey("requestState", id));
        if (found.value !== undefined) return { outcome: false };
        return { outcome: true, change: { expect: [unchanged(found)], write: [put(found.key, true, expiresAt)] } };
      }),

    giveBack: (id) => records.apply({ write: [drop(recordKey("requestState", id))] }),
  };
}
