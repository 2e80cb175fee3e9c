import { createHash } from "node:crypto";
import { indexName, recordKey } from "../keys.ts";
import type { Consents, ConsentTuple } from "../ports/authorization.ts";
import { put, type Records } from "../records.ts";

interface ConsentRecord {
  readonly consent: ConsentTuple;
  readonly givenAt: number;
}

/** What users agreed to. Kept until all of the user's is ended. */
export function consents(records: Records): Consents {
  return {
    remember(consent, givenAt) {
      const key = consentKey(consent);
      const record: ConsentRecord = { consent, givenAt };
      return records.apply({
        write: [put(key, record)],
        join: [{ index: indexName("user", consent.sub), member: key }],
      });
    },

    async givenAt(consent) {
      return (await records.read<ConsentRecord>(consentKey(consent))).value?.givenAt;
    },
  };
}

function consentKey({ sub, clientId, redirectHost, resource, scope, clientFingerprint }: ConsentTuple): string {
  // As a JSON list: no two tuples have the same text, whatever characters their parts hold.
  const tuple = JSON.stringify([sub, clientId, redirectHost, resource, scope, clientFingerprint]);
  return recordKey("consent", createHash("sha256").update(tuple).digest("base64url"));
}
