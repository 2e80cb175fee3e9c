import type { Client } from "@gateway/store";

/** What only the answer to a registration or to a change of it shows: the store keeps digests. */
interface ShownOnce {
  readonly secret: string | undefined;
  readonly registrationToken: string;
}

/** Where a client's registration is read and changed (RFC 7592 2): under the issuer, never under a host that was sent. */
function registrationClientUri(issuer: string, clientId: string): string {
  return `${issuer}/register/${encodeURIComponent(clientId)}`;
}

/** Client information response (RFC 7591 3.2.1, RFC 7592 3): all metadata in effect, and what is shown only now. */
export function renderClientInformation(
  client: Client,
  issuer: string,
  { secret, registrationToken }: ShownOnce,
): Readonly<Record<string, unknown>> {
  return {
    client_id: client.clientId,
    client_id_issued_at: client.clientIdIssuedAt,
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    registration_client_uri: registrationClientUri(issuer, client.clientId),
    registration_access_token: registrationToken,
    ...client.display,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.responseTypes,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    ...(client.jwks === undefined ? {} : { jwks: client.jwks }),
    ...(client.jwksUri === undefined ? {} : { jwks_uri: client.jwksUri }),
  };
}
