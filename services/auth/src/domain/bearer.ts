import { accept, type Result, refuse } from "./result.ts";

/** Why no bearer token could be read: none sent, nothing after the scheme, more than one, or one where none belongs. */
export type BearerRefusal = "no_token" | "malformed" | "misplaced_token";

const scheme = /^bearer( |$)/i;

/**
 * The bearer token among the Authorization headers of one request (RFC 6750 2.1). Its characters are not looked at: only
 * a token that we made passes what follows, and for one that is remembered the look would cost as much as its digest.
 * @param isElsewhere a token came by another way too, or by that way alone (oauth-wire 2)
 */
export function checkBearer(authorization: readonly string[], isElsewhere = false): Result<string, BearerRefusal> {
  const header = authorization[0];
  if (authorization.length > 1 || header?.includes(",") || isElsewhere) return refuse("misplaced_token");
  // Another scheme is no bearer token, so the answer is the plain challenge (RFC 6750 3.1).
  if (header === undefined || !scheme.test(header)) return refuse("no_token");
  const token = header.slice("bearer ".length).trim();
  return token === "" ? refuse("malformed") : accept(token);
}
