import { clockSkew } from "@gateway/forward-auth";
import type { BrowserSession, Grant } from "@gateway/store";
import { randomToken } from "./digest.ts";
import { mintAccessToken } from "./domain/access-token.ts";
import { type PersonalTokenRequest, personalTokenClientId } from "./domain/personal-token.ts";
import { endOfAccess } from "./domain/policy.ts";
import { resolveResource } from "./domain/resource.ts";
import { scopesOf } from "./domain/scope.ts";
import type { Ports } from "./ports.ts";

/**
 * Makes a personal access token: an access token like any other, so that /verify knows one kind only, of a grant of its
 * own, so that it can be revoked. Only its grant is kept; nobody sees the token again.
 */
export async function issuePersonalToken(
  { store, config, resourceServers, keys, clock, metrics, logger }: Ports,
  { user, authTime }: BrowserSession,
  { name, resource, days, tools }: PersonalTokenRequest,
): Promise<string> {
  const now = clock();
  const server = resolveResource(resourceServers, resource)?.server;
  const lifetime = Math.floor(endOfAccess(server, user, now + days * 86_400) - now);
  const grant: Grant = {
    grantId: randomToken(128),
    clientId: personalTokenClientId,
    name,
    ...(tools === undefined ? {} : { tools }),
    user,
    resource,
    scope: scopesOf(server ?? {}).join(" "),
    authTime,
    createdAt: now,
    expiresAt: now + lifetime + clockSkew,
  };
  await store.grants.create(grant, undefined);
  metrics.tokenIssued("personal");
  logger.info("personal access token made", { user: user.sub, resource, days, tools: tools?.length });
  return mintAccessToken({ grant, key: keys.current(), jti: randomToken(128), issuer: config.issuer, now, lifetime });
}
