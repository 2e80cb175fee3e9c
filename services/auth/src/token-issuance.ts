import type { Client, Grant } from "@gateway/store";
import { randomToken } from "./digest.ts";
import { mintAccessToken } from "./domain/access-token.ts";
import { endOfAccess } from "./domain/policy.ts";
import { resolveResource } from "./domain/resource.ts";
import { rememberClient } from "./find-client.ts";
import type { Ports } from "./ports.ts";

/** A successful token response (RFC 6749 5.1). */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly scope: string;
}

/**
 * Signs an access token for a grant; it never outlives the grant, nor what the user's right rests on. `expiresAt`:
 * seconds since the epoch.
 */
export async function issueAccessToken(
  { config, keys, clock, resourceServers }: Pick<Ports, "config" | "keys" | "clock" | "resourceServers">,
  grant: Grant,
): Promise<{ accessToken: string; expiresAt: number }> {
  const now = Math.floor(clock());
  const server = resolveResource(resourceServers, grant.resource)?.server;
  const end = endOfAccess(server, grant.user, grant.expiresAt);
  const lifetime = Math.max(1, Math.min(config.accessTokenLifetime, Math.floor(end) - now));
  const jti = randomToken(128);
  const accessToken = await mintAccessToken({ grant, key: keys.current(), jti, issuer: config.issuer, now, lifetime });
  return { accessToken, expiresAt: now + lifetime };
}

/** Writes a token response. `expiresAt`: end of the access token, seconds since the epoch. */
export function renderTokenResponse(
  issued: { accessToken: string; expiresAt: number; refreshToken: string | undefined; scope: string },
  now: number,
): TokenResponse {
  return {
    access_token: issued.accessToken,
    token_type: "Bearer",
    expires_in: Math.max(0, issued.expiresAt - Math.floor(now)),
    ...(issued.refreshToken === undefined ? {} : { refresh_token: issued.refreshToken }),
    scope: issued.scope,
  };
}

/** Records that a client obtained tokens: its registration lives on from here (decision 19). */
export async function touchClient(
  ports: Pick<Ports, "config" | "store" | "clock" | "resourceServers" | "remoteClients">,
  client: Client,
): Promise<void> {
  const { config, store, clock } = ports;
  await rememberClient(ports, client);
  const now = clock();
  const expiresAt = config.clientLifetime === 0 ? undefined : now + config.clientLifetime;
  await store.clients.touch(client.clientId, { lastUsedAt: now, expiresAt });
}
