import { createHash, timingSafeEqual } from "node:crypto";

/** The only method there is here: `plain` would let whoever reads the request redeem the code (RFC 9700 2.1.1). */
export const codeChallengeMethod = "S256";

/** A SHA-256 in base64url: 43 characters (RFC 7636 4.2). */
export function isCodeChallenge(value: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(value);
}

/** 43 to 128 unreserved characters (RFC 7636 4.1). */
export function isCodeVerifier(value: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(value);
}

/** Whether the verifier is the one that the challenge was made from (RFC 7636 4.6), in constant time. */
export function matchesChallenge(codeVerifier: string, codeChallenge: string): boolean {
  const made = createHash("sha256").update(codeVerifier).digest();
  const given = Buffer.from(codeChallenge, "base64url");
  return made.length === given.length && timingSafeEqual(made, given);
}
