import type { RequestHandler } from "express";
import { publicJwk } from "../keys/signing-key.ts";
import type { Ports } from "../ports.ts";
import { publicDocument } from "./public-document.ts";

/** JWK set document (RFC 7517 5): the public keys that tokens and assertions are signed with. */
export function jwks({ keys, assertionKey }: Pick<Ports, "keys" | "assertionKey">): RequestHandler {
  return publicDocument(() => ({ keys: [...keys.jwks(), publicJwk(assertionKey)] }));
}
