import type { KeyObject } from "node:crypto";
import {
  algorithmOf,
  clockSkew,
  decodeObject,
  isForbiddenHeader,
  isSignedBy,
  type JwsKey,
  parseJwt,
  signJwt,
} from "./jws.ts";

/** Marks the assertion, so that it can never pass as an access token (RFC 8725 3.11). */
export const assertionType = "gw+jwt";

/** What auth asserts to a proxy about the user of one request (X-Gateway-Assertion). */
export interface Assertion {
  /** The issuer of the gateway. */
  iss: string;
  /** Canonical resource of the MCP server it is meant for. */
  aud: string;
  /** The user: `gh|<numeric id>`, `local|<name>`. */
  sub: string;
  client_id: string;
  /** Space separated. */
  scope: string;
  /** The grant the token belongs to. */
  sid: string;
  /** The user's name: a login of GitHub, or what the local page was given. Not known to every issuer. */
  name?: string;
  /** `jti` of the access token: what was opened with it ends when it is revoked. */
  token_jti: string;
  /** `kid` of the key that the access token was signed with. */
  token_kid: string;
  /** `exp` of the access token. */
  token_exp: number;
  /** The only tools it may list and call, as names and globs; absent: all. */
  tools?: readonly string[] | undefined;
}

/** An assertion whose signature was checked. */
export interface VerifiedAssertion extends Assertion {
  /** Seconds since the epoch. */
  exp: number;
}

/** Signs an assertion that lives `lifetime` seconds from `now` (seconds since the epoch). */
export function signAssertion(assertion: Assertion, key: JwsKey, now: number, lifetime: number): string {
  // Not by a spread: with members after it V8 copies that one by one, for five times the price of what follows.
  const claims = Object.assign({}, assertion, { iat: now, exp: now + lifetime });
  return signJwt(claims, assertionType, key);
}

/**
 * Checks type, algorithm, signature, issuer, audience and expiry.
 * @param findKey gives the public key of a `kid`, or undefined when there is none
 * @param audiences the identifiers of the server that asks; one of them must be the assertion's `aud`
 * @param now seconds since the epoch
 * @returns the assertion, or undefined when anything about it is wrong
 */
export async function verifyAssertion(
  token: string,
  {
    issuer,
    audiences,
    findKey,
    now,
  }: {
    issuer: string;
    audiences: readonly [string, ...string[]];
    findKey: (kid: string) => Promise<KeyObject | undefined>;
    now: number;
  },
): Promise<VerifiedAssertion | undefined> {
  const parsed = parseJwt(token);
  if (parsed === undefined) return undefined;
  const { header, signed, payload, signature } = parsed;
  if (header.typ !== assertionType || typeof header.kid !== "string" || isForbiddenHeader(header)) return undefined;
  const key = await findKey(header.kid);
  // RFC 8725 3.1: the key says which algorithm, never the token.
  if (key === undefined || header.alg !== algorithmOf(key) || !isSignedBy(key, signed, signature)) return undefined;
  const claims = decodeObject(payload);
  if (claims === undefined || !isAssertion(claims)) return undefined;
  const isMeant = claims.iss === issuer && audiences.includes(claims.aud);
  return isMeant && now < claims.exp + clockSkew ? claims : undefined;
}

function isAssertion(claims: object): claims is VerifiedAssertion {
  const { name = "", tools = [], ...others } = claims as Record<string, unknown>;
  return (
    ["iss", "aud", "sub", "client_id", "scope", "sid", "token_jti", "token_kid"].every(
      (each) => typeof others[each] === "string",
    ) &&
    ["token_exp", "exp"].every((each) => typeof others[each] === "number") &&
    typeof name === "string" &&
    Array.isArray(tools) &&
    tools.every((tool) => typeof tool === "string")
  );
}
