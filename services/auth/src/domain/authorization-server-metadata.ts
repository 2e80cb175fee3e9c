import { assertionAlgorithms } from "@gateway/config/auth";
import type { ResourceServers } from "@gateway/registry";
import { grantTypesSupported, tokenEndpointAuthMethodsSupported } from "./client-metadata.ts";
import { scopesSupported } from "./scope.ts";

/** Where the authorization server's endpoints are, below the issuer, by the names of RFC 8414 2. */
export const endpointPaths = {
  authorization_endpoint: "/authorize",
  token_endpoint: "/token",
  registration_endpoint: "/register",
  device_authorization_endpoint: "/device_authorization", // RFC 8628 4
  revocation_endpoint: "/revoke",
  introspection_endpoint: "/introspect",
  jwks_uri: "/jwks",
} as const;

/** Where the page for people who write clients is, below the issuer (RFC 8414 2: service_documentation). */
export const documentationPath = "/docs";

/** The metadata document of the authorization server (RFC 8414 2): it names only what is there (decision 26). */
export function renderAuthorizationServerMetadata(
  issuer: string,
  { servers, registration, cimd }: ResourceServers,
): Readonly<Record<string, unknown>> {
  const present = Object.entries(endpointPaths).filter(
    ([name]) => name !== "registration_endpoint" || registration !== false,
  );
  const endpoints = present.map(([name, path]) => [name, `${issuer}${path}`]);
  return {
    issuer,
    ...Object.fromEntries(endpoints),
    service_documentation: `${issuer}${documentationPath}`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: grantTypesSupported,
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: tokenEndpointAuthMethodsSupported,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: tokenEndpointAuthMethodsSupported,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    // Whoever asks about tokens proves who it is (RFC 7662 2.1).
    introspection_endpoint_auth_methods_supported: tokenEndpointAuthMethodsSupported.filter((name) => name !== "none"),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    authorization_response_iss_parameter_supported: true, // RFC 9207 3
    ...(cimd === false ? {} : { client_id_metadata_document_supported: true }),
    scopes_supported: scopesSupported(servers),
    // OpenID Connect Discovery 3 requires both of the parser of the second URL; no ID token is ever issued.
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    protected_resources: servers.map(({ identifiers }) => identifiers[0]), // RFC 9728 4
  };
}
