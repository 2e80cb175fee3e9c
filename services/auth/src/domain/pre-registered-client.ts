import type { DeclaredClient } from "@gateway/registry";
import type { Client, JsonWebKeySet } from "@gateway/store";
import { grantTypesSupported } from "./client-metadata.ts";
import { checkKeySet } from "./json-web-key-set.ts";
import { checkRedirectUri } from "./redirect-uri.ts";

/** A client that the operator declared in gateway.json: known without registering, never forgotten. */
export function preRegisteredClient(declared: DeclaredClient): Client {
  const { clientId, clientName, redirectUris, secretDigest } = declared;
  const jwks = declaredKeys(declared);
  return {
    clientId,
    clientIdIssuedAt: 0,
    redirectUris,
    grantTypes: redirectUris.length === 0 ? [] : grantTypesSupported,
    responseTypes: redirectUris.length === 0 ? [] : ["code"],
    tokenEndpointAuthMethod: methodOf(declared),
    ...(secretDigest === undefined ? {} : { secretDigest }),
    ...(jwks === undefined ? {} : { jwks }),
    display: clientName === undefined ? {} : { client_name: clientName },
  };
}

function methodOf({ jwks, secretDigest }: DeclaredClient): Client["tokenEndpointAuthMethod"] {
  if (jwks !== undefined) return "private_key_jwt";
  return secretDigest === undefined ? "none" : "client_secret_basic";
}

function declaredKeys({ jwks }: DeclaredClient): JsonWebKeySet | undefined {
  const keys = jwks === undefined ? undefined : checkKeySet(jwks);
  return keys?.ok ? keys.value : undefined;
}

/** What the operator is told of a JWK set that cannot be used. */
export const keySetRule = "jwks: needs a public RSA key of 2048 to 4096 bits or a P-256 key, and no private one";

/**
 * What is wrong with a declared client, in words for the operator; undefined: nothing.
 * @param moreSchemes of redirect URIs, which the operator added
 */
export function findDeclarationProblem(
  { redirectUris, jwks }: DeclaredClient,
  moreSchemes: readonly string[] = [],
): string | undefined {
  const badUri = redirectUris.find((uri) => checkRedirectUri(uri, moreSchemes) !== undefined);
  if (badUri !== undefined) {
    return `redirectUris: ${JSON.stringify(badUri)} is no https URL, no http URL on loopback, and no known app's scheme (gateway.redirectSchemes adds one)`;
  }
  if (jwks === undefined || checkKeySet(jwks).ok) return undefined;
  return keySetRule;
}
