import { holdsSecretKey } from "@gateway/config/auth";
import type { Client } from "@gateway/store";
import { checkClientMetadata } from "./client-metadata.ts";
import { accept, type Result, refuse } from "./result.ts";

export type ClientDocumentRefusal = "not_an_object" | "another_client_id" | "no_name" | "secret_in_it" | "bad_metadata";

/** What a public document cannot hold, or would make worthless (oauth-wire 4.2.4). */
const secrets = ["client_secret", "client_secret_expires_at"];

/**
 * The client that a client ID metadata document describes.
 * @param url where it was found, which is the client's id: the document must say the same, byte for byte
 * @param moreSchemes of redirect URIs, which the operator added
 */
export function checkClientDocument(
  url: string,
  document: unknown,
  moreSchemes: readonly string[] = [],
): Result<Client, ClientDocumentRefusal> {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return refuse("not_an_object");
  const members = document as Record<string, unknown>;
  if (members.client_id !== url) return refuse("another_client_id");
  if (typeof members.client_name !== "string" || members.client_name === "") return refuse("no_name");
  // Also where the method uses no keys: a private key that everybody can read is a mistake somebody has to hear of.
  if (secrets.some((name) => name in members) || holdsSecretKey(members.jwks)) return refuse("secret_in_it");
  const defaults = { token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"] };
  // Such a URL is fetched in development alone (oauth-wire 4.2.3); a document on the internet names no port of this machine.
  const allowLoopbackKeys = url.startsWith("http:");
  const decision = checkClientMetadata({ ...defaults, ...members }, moreSchemes, { allowLoopbackKeys });
  if ("error" in decision || isSymmetric(decision.metadata.tokenEndpointAuthMethod)) return refuse("bad_metadata");
  return accept({ clientId: url, clientIdIssuedAt: 0, ...decision.metadata });
}

function isSymmetric(method: Client["tokenEndpointAuthMethod"]): boolean {
  return method === "client_secret_basic" || method === "client_secret_post";
}
