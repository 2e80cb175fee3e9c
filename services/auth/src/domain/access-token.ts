import {
  clockSkew,
  decodeObject,
  isForbiddenHeader,
  isSignedBy,
  parseJwt,
  signJwtOffLoop,
  type UncheckedJwt,
} from "@gateway/forward-auth";
import type { Grant } from "@gateway/store";
import { z } from "zod";
import type { SigningKey, SigningKeys } from "../ports.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Marks an access token, so that no other JWT of ours passes as one (RFC 9068 2.1). */
const accessTokenType = "at+jwt";
const longestToken = 4_096;

const AccessTokenClaims = z.object({
  iss: z.string(),
  /** `gh|<numeric id>`, `oidc|<digest>`, `local|<name>`. */
  sub: z.string(),
  /** One canonical resource. */
  aud: z.string(),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number(),
  jti: z.string(),
  client_id: z.string(),
  /** Space separated. */
  scope: z.string(),
  auth_time: z.number(),
  /** The grant. */
  sid: z.string(),
  /** Absent where it is an e-mail address: there is none in a token (oauth-wire 8). */
  login: z.string().optional(),
});
/** The claims of an access token (RFC 9068 2.2). Times are seconds since the epoch. */
export type AccessTokenClaims = Readonly<z.infer<typeof AccessTokenClaims>>;

/** Why a text is no access token of ours. */
export type AccessTokenRefusal =
  | "malformed"
  | "wrong_type"
  | "forbidden_header"
  | "unknown_key"
  | "wrong_algorithm"
  | "bad_signature"
  | "missing_claims"
  | "wrong_issuer"
  | "expired"
  | "not_yet_valid";

/**
 * Signs the access token of a grant.
 * @param now seconds since the epoch; a fraction is dropped
 * @param lifetime seconds
 */
export function mintAccessToken({
  grant,
  key,
  jti,
  issuer,
  now,
  lifetime,
}: {
  grant: Grant;
  key: SigningKey;
  jti: string;
  issuer: string;
  now: number;
  lifetime: number;
}): Promise<string> {
  const iat = Math.floor(now);
  const claims: AccessTokenClaims = {
    iss: issuer,
    sub: grant.user.sub,
    aud: grant.resource,
    exp: iat + lifetime,
    iat,
    nbf: iat,
    jti,
    client_id: grant.clientId,
    scope: grant.scope,
    auth_time: Math.floor(grant.authTime),
    sid: grant.grantId,
    ...(grant.user.login.includes("@") ? {} : { login: grant.user.login }),
  };
  return signJwtOffLoop(claims, accessTokenType, key);
}

/** A text of a token's form, taken apart. Nothing in it is to be believed yet. */
export interface UncheckedToken extends UncheckedJwt {
  /** The key that it names; empty where that is no text. */
  readonly kid: string;
}

/** Takes a text apart; undefined where no token of ours has that form. */
export function parseToken(text: string): UncheckedToken | undefined {
  const parsed = text.length <= longestToken ? parseJwt(text) : undefined;
  if (parsed === undefined) return undefined;
  const { header, signed, payload, signature } = parsed;
  return { header, kid: typeof header.kid === "string" ? header.kid : "", signed, payload, signature };
}

/**
 * Is this a live access token of this issuer? Type, key, algorithm, signature, claims, in this order (RFC 9068 4,
 * oauth-wire 8). Audience, revocation and policy are the caller's: they depend on what is being called.
 * @param now seconds since the epoch
 */
export function checkAccessToken(
  { header, kid, signed, payload, signature }: UncheckedToken,
  { keys, issuer, now }: { keys: Pick<SigningKeys, "find">; issuer: string; now: number },
): Result<AccessTokenClaims, AccessTokenRefusal> {
  if (header.typ !== accessTokenType) return refuse("wrong_type");
  if (isForbiddenHeader(header)) return refuse("forbidden_header");
  const key = keys.find(kid);
  if (key === undefined) return refuse("unknown_key");
  // RFC 8725 3.1: the key says which algorithm, never the token.
  if (header.alg !== key.algorithm) return refuse("wrong_algorithm");
  if (!isSignedBy(key.publicKey, signed, signature)) return refuse("bad_signature");
  return checkClaims(decodeObject(payload), issuer, now);
}

function checkClaims(payload: unknown, issuer: string, now: number): Result<AccessTokenClaims, AccessTokenRefusal> {
  const { data: claims } = AccessTokenClaims.safeParse(payload);
  if (claims === undefined) return refuse("missing_claims");
  if (claims.iss !== issuer) return refuse("wrong_issuer");
  if (isExpired(claims, now)) return refuse("expired");
  if (claims.nbf > now + clockSkew) return refuse("not_yet_valid");
  return accept(claims);
}

/** Whether the token's time is over, clock skew granted. */
export function isExpired({ exp }: Pick<AccessTokenClaims, "exp">, now: number): boolean {
  return exp + clockSkew <= now;
}
