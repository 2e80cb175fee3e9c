import { accept, type Result, refuse } from "./result.ts";

/** Why no bearer token could be read: none sent, nothing after the scheme, or more than one. */
export type BearerRefusal = "no_token" | "malformed" | "several_tokens";

const scheme = /^bearer( |$)/i;

/**
 * The bearer token among the Authorization headers of one request (RFC 6750 2.1). Its characters are not looked at: only
 * a token that we made passes what follows, and for one that is remembered the look would cost as much as its digest.
 * @param isElsewhereToo another one came by another way: a client uses one method alone (RFC 6750 2)
 */
export function checkBearer(authorization: readonly string[], isElsewhereToo = false): Result<string, BearerRefusal> {
  const header = authorization[0];
  if (authorization.length > 1 || header?.includes(",")) return refuse("several_tokens");
  // Another scheme is no bearer token, so the answer is the plain challenge (RFC 6750 3.1).
  if (header === undefined || !scheme.test(header)) return refuse("no_token");
  if (isElsewhereToo) return refuse("several_tokens");
  const token = header.slice("bearer ".length).trim();
  return token === "" ? refuse("malformed") : accept(token);
}
