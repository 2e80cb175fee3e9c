import { recordKey } from "../keys.ts";
import type { EraVerdictRecord, EraVerdicts } from "../ports/proxies.ts";
import { put, type Records } from "../records.ts";

/** What the proxies of one server have found out of the versions that it speaks. */
export function eraVerdicts(records: Records): EraVerdicts {
  return {
    async find(definition) {
      return (await records.read<EraVerdictRecord>(recordKey("eraVerdict", definition))).value;
    },

    keep: (verdict, expiresAt) =>
      records.apply({ write: [put(recordKey("eraVerdict", verdict.definition), verdict, expiresAt)] }),
  };
}
