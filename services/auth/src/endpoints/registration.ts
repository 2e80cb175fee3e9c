import type { Client } from "@gateway/store";
import type { Request, RequestHandler } from "express";
import { digest, randomToken } from "../digest.ts";
import { checkBearer } from "../domain/bearer.ts";
import { renderClientInformation } from "../domain/client-information.ts";
import type { RegisteredMetadata } from "../domain/client-metadata.ts";
import { needsSecret } from "../domain/client-update.ts";
import { isSame } from "../domain/secret-comparison.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";
import { registrationChallenge } from "../registration-challenge.ts";
import { parseClientMetadata, parseJson } from "../requested-metadata.ts";

/** Seconds. A client that never obtains a token is forgotten after this (decision 19). */
const unusedLifetime = 30 * 86_400;

/** Dynamic client registration endpoint (RFC 7591 3). Open unless the operator says otherwise, so it is cheap, bounded and limited. */
export function registration(ports: Ports): RequestHandler {
  const { config, store, resourceServers, clock, metrics, logger } = ports;
  const { initialAccessTokenDigests } = resourceServers.registration || {};
  const countRegistration = rateLimit("registrations", config.registrationRateLimit, config.globalRateFactor);
  return async (req, res) => {
    await countRegistration(req.ip ?? "");
    if (initialAccessTokenDigests !== undefined) checkInitialAccessToken(req, initialAccessTokenDigests);
    const metadata = parseClientMetadata(parseJson(req.body), ports);
    const secret = needsSecret(metadata) ? randomToken() : undefined;
    const registrationToken = randomToken();
    const client = clientOf(metadata, { secret, registrationToken }, clock());
    await store.clients.register(client);
    metrics.registrations += 1;
    logger.info("client registered", { clientId: client.clientId, redirectUris: client.redirectUris });
    res.status(201).json(renderClientInformation(client, config.issuer, { secret, registrationToken }));
  };
}

/**
 * @param digests of the tokens that the operator gives out, of which one must be shown (RFC 7591 3)
 * @throws invalid_token
 */
function checkInitialAccessToken(req: Request, digests: readonly string[]): void {
  const { authorization = [] } = req.headersDistinct;
  const bearer = checkBearer(authorization);
  if (bearer.ok && digests.some((expected) => isSame(expected, digest(bearer.value)))) return;
  throw registrationChallenge(
    authorization,
    "Who registers here shows an initial access token. The operator of this gateway gives one out, or declares the client (gateway.clients).",
  );
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
