import type { RequestHandler } from "express";
import type { Ports } from "../ports.ts";
import { publicDocument } from "./public-document.ts";

/** JWK set document (RFC 7517 5): the public keys that tokens and assertions are signed with. */
export function jwks({ keys }: Pick<Ports, "keys">): RequestHandler {
  return publicDocument(() => ({ keys: keys.jwks() }));
}
