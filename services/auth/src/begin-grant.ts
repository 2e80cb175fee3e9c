import { clockSkew } from "@gateway/forward-auth";
import type { Client, Grant } from "@gateway/store";
import { digest, randomToken } from "./digest.ts";
import { endOfAccess } from "./domain/policy.ts";
import { resolveResource } from "./domain/resource.ts";
import type { Ports } from "./ports.ts";
import { issueAccessToken, renderTokenResponse, type TokenResponse, touchClient } from "./token-issuance.ts";

/** Seconds: a refresh family ends after 90 days, however much it is used (decision 19). */
const absoluteLifetime = 90 * 86_400;

/** Keeps what a user gave a client, and gives its first tokens. */
export async function beginGrant(
  ports: Ports,
  client: Client,
  given: Omit<Grant, "clientId" | "createdAt" | "expiresAt">,
): Promise<TokenResponse> {
  const { store, config, resourceServers, clock, logger } = ports;
  const now = clock();
  const mayRefresh = client.grantTypes.includes("refresh_token");
  const lifetime = mayRefresh ? absoluteLifetime : config.accessTokenLifetime + clockSkew;
  const server = resolveResource(resourceServers, given.resource)?.server;
  // With a service token a membership is asked for again at refresh; without one, what rests on it ends (decision 22).
  const isRenewed = mayRefresh && config.github?.serviceToken !== undefined;
  const expiresAt = isRenewed ? now + lifetime : endOfAccess(server, given.user, now + lifetime);
  const grant: Grant = { ...given, clientId: client.clientId, createdAt: now, expiresAt };
  const refreshToken = mayRefresh ? randomToken() : undefined;
  const firstGeneration = refreshToken && {
    digest: digest(refreshToken),
    grantId: grant.grantId,
    issuedAt: now,
    expiresAt: Math.min(now + config.refreshTokenLifetime, grant.expiresAt),
  };
  await store.grants.create(grant, firstGeneration || undefined);
  await touchClient(ports, client);
  logger.info("token issued", { clientId: grant.clientId, user: grant.user.sub, resource: grant.resource });
  // The clock again: a slow store may have taken seconds, and expires_in must not be longer than the token's life.
  return renderTokenResponse({ ...(await issueAccessToken(ports, grant)), refreshToken, scope: grant.scope }, clock());
}
