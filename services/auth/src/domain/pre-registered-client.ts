import { checkKeySet, checkRedirectUri, keySetRule, redirectUriRule } from "@gateway/config/auth";
import type { DeclaredClient } from "@gateway/registry";
import type { Client, JsonWebKeySet } from "@gateway/store";
import { grantTypesSupported } from "./client-metadata.ts";

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

/**
 * What is wrong with a declared client, in words for the operator; undefined: nothing.
 * @param moreSchemes of redirect URIs, which the operator added
 */
export function findDeclarationProblem(
  { redirectUris, jwks }: DeclaredClient,
  moreSchemes: readonly string[] = [],
): string | undefined {
  const badUri = redirectUris.find((uri) => checkRedirectUri(uri, moreSchemes) !== undefined);
  if (badUri !== undefined) return `redirectUris: in place of ${JSON.stringify(badUri)}, ${redirectUriRule}`;
  return jwks === undefined || checkKeySet(jwks).ok ? undefined : `jwks: ${keySetRule}`;
}
