import type { Client } from "@gateway/store";
import type { RequestHandler } from "express";
import { digest, randomToken } from "../digest.ts";
import { checkClientMetadata, type RegisteredMetadata } from "../domain/client-metadata.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";

/** Seconds. A client that never obtains a token is forgotten after this (decision 19). */
const unusedLifetime = 30 * 86_400;

/** Dynamic client registration endpoint (RFC 7591 3). Open, so it is cheap, bounded and limited. */
export function registration({ config, store, clock, logger }: Ports): RequestHandler {
  const countRegistration = rateLimit("registrations", config.registrationRateLimit);
  return async (req, res) => {
    await countRegistration(req.ip ?? "");
    const metadata = parseClientMetadata(req.body);
    const secret = metadata.tokenEndpointAuthMethod === "none" ? undefined : randomToken();
    const client = clientOf(metadata, secret, clock());
    await store.clients.register(client);
    logger.info("client registered", { clientId: client.clientId, redirectUris: client.redirectUris });
    res.status(201).json(renderClientInformation(client, secret));
  };
}

/** @throws invalid_client_metadata, invalid_redirect_uri, invalid_software_statement (RFC 7591 3.2.2) */
function parseClientMetadata(body: unknown): RegisteredMetadata {
  const decision = checkClientMetadata(typeof body === "string" ? parseJson(body) : undefined);
  if ("error" in decision) throw new OAuthError(decision.error, decision.description);
  return decision.metadata;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new OAuthError("invalid_client_metadata", "The body is not JSON."); // JSON.parse has no other failure
  }
}

function clientOf(metadata: RegisteredMetadata, secret: string | undefined, now: number): Client {
  return {
    clientId: `client_${randomToken(128)}`,
    clientIdIssuedAt: Math.floor(now),
    ...metadata,
    ...(secret === undefined ? {} : { secretDigest: digest(secret) }),
    expiresAt: now + unusedLifetime,
  };
}

/** Client information response (RFC 7591 3.2.1): all metadata in effect, and the secret, which is shown only now. */
function renderClientInformation(client: Client, secret: string | undefined): Record<string, unknown> {
  return {
    client_id: client.clientId,
    client_id_issued_at: client.clientIdIssuedAt,
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    ...client.display,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.responseTypes,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
  };
}
