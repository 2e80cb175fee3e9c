import { createHash } from "node:crypto";
import type { User } from "@gateway/store";
import { displayText } from "./display-text.ts";

/** The claims of an ID token or of the UserInfo endpoint that are looked at (OpenID Connect Core 5.1). */
export interface OpenIdClaims {
  readonly sub: string;
  readonly preferred_username?: unknown;
  readonly email?: unknown;
  readonly email_verified?: unknown;
}

/** ASCII alone: letters beyond it can become others when case is dropped, or look like them. */
const address = /^[\x21-\x3f\x41-\x7e]{1,255}@[\x21-\x3f\x41-\x7e]{1,255}$/;

/**
 * The user whom an OpenID provider names. `sub` is unique per issuer and its own `sub`, and a digest, so that it is fit for
 * a header whatever the provider's looks like (decision 17).
 * @param issuer the provider's, from the configuration
 * @returns undefined for a `sub` that is none (OpenID Connect Core 2)
 */
export function openIdUserOf(issuer: string, claims: OpenIdClaims): User | undefined {
  const { sub: subject } = claims;
  if (subject.length === 0 || subject.length > 255) return undefined;
  const email = verifiedEmail(claims);
  return {
    sub: `oidc|${createHash("sha256")
      .update(JSON.stringify([issuer, subject]))
      .digest("base64url")}`,
    login: displayText(claims.preferred_username) ?? email ?? displayText(subject) ?? "an account without a name",
    openId: { issuer, subject, ...(email === undefined ? {} : { email }) },
  };
}

// Anybody may claim an address that nobody has verified, and at some providers does.
function verifiedEmail({ email, email_verified }: OpenIdClaims): string | undefined {
  return email_verified === true && typeof email === "string" && address.test(email) ? email.toLowerCase() : undefined;
}

/**
 * Whether an entry of a list means this user: `*`, an e-mail address in any case, or exactly the `sub`. Never the
 * preferred_username, which may be anybody's (OpenID Connect Core 5.7).
 */
export function isOpenIdUserNamed(entry: string, { openId }: User): boolean {
  if (openId === undefined) return false;
  if (entry === "*") return true;
  return entry.includes("@") ? entry.toLowerCase() === openId.email : entry === openId.subject;
}
