import { checkKeySet } from "@gateway/config/auth";
import { clockSkew } from "@gateway/forward-auth";
import { z } from "zod";
import { accept, type Result, refuse } from "./result.ts";
import { checkSignature, decodeUnproven, type SignatureRefusal } from "./signed-jwt.ts";

/** Characters; the body of a registration has 16 KiB. */
const longestStatement = 8_192;

/** Claims about the statement itself (RFC 7519 4.1), or another statement: no metadata of the client. */
const notMetadata = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "software_statement"];

const Claims = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
});

/** Why a statement counts for nothing. `unapproved`: nobody here trusts its issuer. */
export type StatementRefusal =
  | SignatureRefusal
  | "unapproved"
  | "bad_claims"
  | "wrong_audience"
  | "expired"
  | "not_yet_valid";

/** Who vouches for software. */
export interface StatementIssuer {
  readonly issuer: string;
  /** A JWK set as the operator wrote it. */
  readonly jwks?: unknown;
}

/** What a statement says, and who says so. */
export interface SoftwareStatement {
  readonly issuer: string;
  /** Client metadata by wire name. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * What a software statement says, which goes before what the client says of itself (RFC 7591 2.3).
 * @param audiences what `aud` may name, where it is there
 * @param now seconds since the epoch; undefined: whatever times it names, as of one that was accepted before
 */
export function checkSoftwareStatement(
  statement: string,
  {
    issuers,
    audiences,
    now,
  }: { issuers: readonly StatementIssuer[]; audiences: readonly string[]; now: number | undefined },
): Result<SoftwareStatement, StatementRefusal> {
  const decoded = decodeUnproven(statement, longestStatement);
  if (decoded === undefined) return refuse("malformed");
  const { data: claims } = Claims.safeParse(decoded.payload);
  if (claims === undefined) return refuse("bad_claims");
  const trusted = issuers.find(({ issuer }) => issuer === claims.iss);
  if (trusted === undefined) return refuse("unapproved");
  const keys = checkKeySet(trusted.jwks);
  const signed = checkSignature(statement, keys.ok ? keys.value : { keys: [] }, longestStatement);
  if (!signed.ok) return signed;
  const { aud } = claims;
  if (aud !== undefined && ![aud].flat().some((audience) => audiences.includes(audience)))
    return refuse("wrong_audience");
  const untimely = now === undefined ? undefined : checkTimes(claims, now);
  if (untimely !== undefined) return refuse(untimely);
  const metadata = Object.fromEntries(Object.entries(claims).filter(([name]) => !notMetadata.includes(name)));
  return accept({ issuer: trusted.issuer, metadata });
}

function checkTimes({ exp, nbf }: z.infer<typeof Claims>, now: number): "expired" | "not_yet_valid" | undefined {
  if (exp !== undefined && exp + clockSkew <= now) return "expired";
  return nbf !== undefined && nbf > now + clockSkew ? "not_yet_valid" : undefined;
}
