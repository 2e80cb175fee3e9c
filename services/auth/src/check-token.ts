import {
  type AccessTokenClaims,
  type AccessTokenRefusal,
  checkAccessToken,
  parseToken,
} from "./domain/access-token.ts";
import { type Result, refuse } from "./domain/result.ts";
import type { SigningKeys } from "./ports.ts";

/**
 * Checks a text by `checkAccessToken`, and by the keys that all replicas have now. Rejects with StoreUnavailable when those
 * cannot be known.
 * @param clock seconds since the epoch
 */
export async function checkToken(
  text: string,
  { keys, issuer, clock }: { keys: Pick<SigningKeys, "find" | "catchUp">; issuer: string; clock: () => number },
): Promise<Result<AccessTokenClaims, AccessTokenRefusal>> {
  const token = parseToken(text);
  if (token === undefined) return refuse("malformed");
  await keys.catchUp(token.kid);
  return checkAccessToken(token, { keys, issuer, now: clock() });
}
