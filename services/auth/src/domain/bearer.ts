import { accept, type Result, refuse } from "./result.ts";

/** Why no bearer token could be read: none sent, not of the shape of RFC 6750 2.1, or more than one. */
export type BearerRefusal = "no_token" | "malformed" | "several_tokens";

const scheme = /^bearer( |$)/i;
const credentials = /^ *[\w~+/.-]+=* *$/;

/** The bearer token among the Authorization headers of one request (RFC 6750 2.1). */
export function checkBearer(authorization: readonly string[]): Result<string, BearerRefusal> {
  const header = authorization[0];
  if (authorization.length > 1 || header?.includes(",")) return refuse("several_tokens");
  // Another scheme is no bearer token, so the answer is the plain challenge (RFC 6750 3.1).
  if (header === undefined || !scheme.test(header)) return refuse("no_token");
  const token = header.slice("bearer ".length);
  return credentials.test(token) ? accept(token.trim()) : refuse("malformed");
}
