import { createHash } from "node:crypto";
import type { Client } from "@gateway/store";

/**
 * What stands for where a client is answered and how it proves itself. A change of either makes it another client to
 * the person who agreed (oauth-wire 4.2.6, security.md's public cases); a change of its name or its links does not.
 */
export function clientFingerprint({
  redirectUris,
  tokenEndpointAuthMethod,
  jwks,
  jwksUri,
}: Pick<Client, "redirectUris" | "tokenEndpointAuthMethod" | "jwks" | "jwksUri">): string {
  const told = JSON.stringify([[...redirectUris].sort(), tokenEndpointAuthMethod, jwks, jwksUri]);
  return createHash("sha256").update(told).digest("base64url");
}
