import type { Client } from "@gateway/store";
import type { RequestHandler } from "express";
import { digest, randomToken } from "../digest.ts";
import { renderClientInformation } from "../domain/client-information.ts";
import { checkClientMetadata, type RegisteredMetadata } from "../domain/client-metadata.ts";
import { needsSecret } from "../domain/client-update.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";

/** Seconds. A client that never obtains a token is forgotten after this (decision 19). */
const unusedLifetime = 30 * 86_400;

/** Dynamic client registration endpoint (RFC 7591 3). Open, so it is cheap, bounded and limited. */
export function registration({ config, store, resourceServers, clock, logger }: Ports): RequestHandler {
  const countRegistration = rateLimit("registrations", config.registrationRateLimit);
  return async (req, res) => {
    await countRegistration(req.ip ?? "");
    const metadata = parseClientMetadata(parseJson(req.body), resourceServers.redirectSchemes);
    const secret = needsSecret(metadata) ? randomToken() : undefined;
    const registrationToken = randomToken();
    const client = clientOf(metadata, { secret, registrationToken }, clock());
    await store.clients.register(client);
    logger.info("client registered", { clientId: client.clientId, redirectUris: client.redirectUris });
    res.status(201).json(renderClientInformation(client, config.issuer, { secret, registrationToken }));
  };
}

/**
 * @param moreSchemes of redirect URIs, which the operator added
 * @throws invalid_client_metadata, invalid_redirect_uri, invalid_software_statement (RFC 7591 3.2.2)
 */
export function parseClientMetadata(requested: unknown, moreSchemes?: readonly string[]): RegisteredMetadata {
  const decision = checkClientMetadata(requested, moreSchemes);
  if ("error" in decision) throw new OAuthError(decision.error, decision.description);
  return decision.metadata;
}

/** Reads a body that was sent as application/json; undefined when it was sent as something else. */
export function parseJson(body: unknown): unknown {
  if (typeof body !== "string") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new OAuthError("invalid_client_metadata", "The body is not JSON."); // JSON.parse has no other failure
  }
}

function clientOf(
  metadata: RegisteredMetadata,
  { secret, registrationToken }: { secret: string | undefined; registrationToken: string },
  now: number,
): Client {
  return {
    clientId: `client_${randomToken(128)}`,
    clientIdIssuedAt: Math.floor(now),
    ...metadata,
    ...(secret === undefined ? {} : { secretDigest: digest(secret) }),
    registrationTokenDigest: digest(registrationToken),
    expiresAt: now + unusedLifetime,
  };
}
