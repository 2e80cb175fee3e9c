import { createHash } from "node:crypto";
import { recordKey } from "../keys.ts";
import type { ClientAssertions } from "../ports/client-assertions.ts";
import { put, type Records, unchanged } from "../records.ts";

/** Client assertions that were used, until they would have ended anyway. */
export function clientAssertions(records: Records): ClientAssertions {
  return {
    spend: (clientId, jti, expiresAt) =>
      records.settle(async () => {
        const found = await records.read(assertionKey(clientId, jti));
        if (found.value !== undefined) return { outcome: false };
        return { outcome: true, change: { expect: [unchanged(found)], write: [put(found.key, true, expiresAt)] } };
      }),
  };
}

function assertionKey(clientId: string, jti: string): string {
  // As a JSON list: no two pairs have the same text.
  const pair = JSON.stringify([clientId, jti]);
  return recordKey("clientAssertion", createHash("sha256").update(pair).digest("base64url"));
}
