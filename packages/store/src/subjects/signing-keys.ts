import { recordKey } from "../keys.ts";
import type { SealedSigningKeys } from "../ports/signing-keys.ts";
import { put, type Records, unchanged } from "../records.ts";

/** The signing keys that replicas share. */
export function sealedSigningKeys(records: Records): SealedSigningKeys {
  const find = () => records.read<string>(recordKey("keys", "signing"));
  return {
    read: async () => (await find()).value,

    replace: (previous, sealed) =>
      records.settle(async () => {
        const found = await find();
        if (found.value !== previous) return { outcome: false };
        const publish = [{ kind: "signing-keys-changed" as const }];
        return { outcome: true, change: { expect: [unchanged(found)], write: [put(found.key, sealed)], publish } };
      }),
  };
}
