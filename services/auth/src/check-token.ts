import { type AccessTokenClaims, type AccessTokenRefusal, checkAccessToken, keyIdOf } from "./domain/access-token.ts";
import type { Result } from "./domain/result.ts";
import type { SigningKeys } from "./ports.ts";

/**
 * As `checkAccessToken`, by the keys that all replicas have now. Rejects with StoreUnavailable when those cannot be known.
 * @param clock seconds since the epoch
 */
export async function checkToken(
  token: string,
  { keys, issuer, clock }: { keys: Pick<SigningKeys, "find" | "catchUp">; issuer: string; clock: () => number },
): Promise<Result<AccessTokenClaims, AccessTokenRefusal>> {
  await keys.catchUp(keyIdOf(token));
  return checkAccessToken(token, { keys, issuer, now: clock() });
}
