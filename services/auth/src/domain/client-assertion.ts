import { clockSkew } from "@gateway/forward-auth";
import type { JsonWebKeySet } from "@gateway/store";
import { z } from "zod";
import { accept, type Result, refuse } from "./result.ts";
import { checkSignature, decodeUnproven, type SignatureRefusal } from "./signed-jwt.ts";

/** RFC 7523 2.2. */
export const clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Seconds: how far ahead an assertion may end (oauth-wire 6.1). */
const longestLife = 300;
const longestAssertion = 4_096;

const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().optional(),
  jti: z.string().min(1).max(256),
});

/** Why an assertion does not prove that the client sent it. */
export type AssertionRefusal =
  | SignatureRefusal
  | "missing_claims"
  | "wrong_subject"
  | "wrong_audience"
  | "expired"
  | "not_yet_valid"
  | "lives_too_long";

/** Whom an assertion says it is from. Nothing is proven by that: it only tells which client's keys to check with. */
export function claimedSubject(assertion: string): string | undefined {
  const { payload } = decodeUnproven(assertion, longestAssertion) ?? {};
  return z.object({ sub: z.string() }).safeParse(payload).data?.sub;
}

/**
 * Is this assertion the client's own, for us, and fresh (RFC 7523 3, oauth-wire 6.1)? That it is used once is the
 * caller's to see to, with the `jti` that is given back.
 * @param audiences what `aud` may name
 * @param now seconds since the epoch
 */
export function checkClientAssertion(
  assertion: string,
  { clientId, keys, audiences, now }: { clientId: string; keys: JsonWebKeySet; audiences: string[]; now: number },
): Result<{ readonly jti: string; readonly expiresAt: number }, AssertionRefusal> {
  const signed = checkSignature(assertion, keys, longestAssertion);
  if (!signed.ok) return signed;
  const { data: claims } = Claims.safeParse(signed.value.payload);
  return claims === undefined ? refuse("missing_claims") : checkClaims(claims, { clientId, audiences, now });
}

function checkClaims(
  { iss, sub, aud, exp, nbf, jti }: z.infer<typeof Claims>,
  { clientId, audiences, now }: { clientId: string; audiences: string[]; now: number },
): Result<{ jti: string; expiresAt: number }, AssertionRefusal> {
  if (iss !== clientId || sub !== clientId) return refuse("wrong_subject");
  if (![aud].flat().some((audience) => audiences.includes(audience))) return refuse("wrong_audience");
  if (exp + clockSkew <= now) return refuse("expired");
  if (nbf !== undefined && nbf > now + clockSkew) return refuse("not_yet_valid");
  if (exp > now + longestLife + clockSkew) return refuse("lives_too_long");
  return accept({ jti, expiresAt: exp + clockSkew });
}
