import type { KeyObject } from "node:crypto";
import { type AssertionAlgorithm, assertionAlgorithms, findKeys } from "@gateway/config/auth";
import { isForbiddenHeader } from "@gateway/forward-auth";
import type { JsonWebKeySet } from "@gateway/store";
import jwt from "jsonwebtoken";
import { z } from "zod";
import { accept, type Result, refuse } from "./result.ts";

const Header = z.object({ alg: z.enum(assertionAlgorithms), kid: z.string().optional() });

/** Why a JWT is not signed by one of the keys. */
export type SignatureRefusal = "malformed" | "forbidden_header" | "unknown_key" | "bad_signature";

/** What a JWT says, of which nothing is proven: it only tells whose keys to check it with. Undefined: it is none. */
export function decodeUnproven(token: string, longest: number): { header: object; payload: unknown } | undefined {
  if (token.length > longest) return undefined;
  try {
    return jwt.decode(token, { complete: true }) ?? undefined;
  } catch {
    return undefined; // jsonwebtoken throws when a part is no JSON
  }
}

/**
 * The payload of a JWT that another party signed with one of its keys (security.md 6, 16). What it claims, times among that, is
 * the caller's to check.
 * @param longest characters
 */
export function checkSignature(
  token: string,
  keys: JsonWebKeySet,
  longest: number,
): Result<{ readonly payload: unknown }, SignatureRefusal> {
  const decoded = decodeUnproven(token, longest);
  if (decoded === undefined) return refuse("malformed");
  const { data: header } = Header.safeParse(decoded.header);
  if (header === undefined || isForbiddenHeader(decoded.header)) return refuse("forbidden_header");
  const candidates = findKeys(keys, header.kid, header.alg);
  if (candidates.length === 0) return refuse("unknown_key");
  const isSigned = candidates.some((key) => isSignedBy(key, header.alg, token));
  return isSigned ? accept({ payload: decoded.payload }) : refuse("bad_signature");
}

function isSignedBy(key: KeyObject, algorithm: AssertionAlgorithm, token: string): boolean {
  try {
    // Only the signature: our own check of the claims says precisely what is wrong.
    jwt.verify(token, key, { algorithms: [algorithm], ignoreExpiration: true, ignoreNotBefore: true });
    return true;
  } catch {
    return false; // jsonwebtoken throws for every kind of invalid token
  }
}
