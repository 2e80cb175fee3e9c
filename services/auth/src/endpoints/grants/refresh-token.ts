import type { ResourceServer } from "@gateway/registry";
import type { Client, Grant, Rotation } from "@gateway/store";
import { digest, randomToken } from "../../digest.ts";
import { checkResourceMatch } from "../../domain/code-exchange.ts";
import type { Parameters } from "../../domain/parameters.ts";
import { accessUntil, maySignIn } from "../../domain/policy.ts";
import { resolveResource } from "../../domain/resource.ts";
import { narrowScope } from "../../domain/scope.ts";
import { OAuthError } from "../../errors.ts";
import { membershipRenewal } from "../../membership-renewal.ts";
import type { Ports } from "../../ports.ts";
import { openSuccessor, type Successor, sealSuccessor } from "../../sealed-successor.ts";
import { issueAccessToken, renderTokenResponse, touchClient } from "../../token-issuance.ts";
import type { GrantType } from "../token.ts";

/** Seconds in which the same token gets the same successor: processes of one client share it and race (oauth-wire 6.3). */
const grace = 60;

const unusable = "The refresh token is unknown, used, expired or not for this client.";

/** Refresh token grant (RFC 6749 6) with rotation (RFC 9700 2.2.2). */
export function refreshTokenGrant(ports: Ports): GrantType {
  const renew = membershipRenewal(ports);
  return async (client, form) => {
    const presented = form.get("refresh_token");
    if (presented === undefined) throw new OAuthError("invalid_request", "refresh_token is missing.");
    const found = await ports.store.grants.ofRefreshToken(digest(presented));
    if (found === undefined || found.clientId !== client.clientId) throw new OAuthError("invalid_grant", unusable);
    const grant = await renew(found);
    const server = requireStillAllowed(ports, grant);
    const scope = parseNarrowing(ports, { grant, server }, form);
    const successor = await makeSuccessor(ports, grant, scope);
    const rotation = await rotate(ports, client, presented, grant, successor);
    const handedOut = outcomeOf(ports, rotation, presented, successor);
    await touchClient(ports, client);
    return renderTokenResponse(handedOut, ports.clock());
  };
}

// security.md 17: policy is asked again at every refresh, not only at sign-in.
function requireStillAllowed({ config, resourceServers, clock }: Ports, grant: Grant): ResourceServer {
  const server = resolveResource(resourceServers, grant.resource)?.server;
  if (server === undefined)
    throw new OAuthError("invalid_target", "The MCP server of this grant is not here any more.");
  if (maySignIn(config, grant.user) && accessUntil(server, grant.user) > clock()) return server;
  throw new OAuthError("invalid_grant", "The user may no longer use this MCP server.");
}

function parseNarrowing(
  { resourceServers }: Ports,
  { grant, server }: { grant: Grant; server: ResourceServer },
  form: Parameters,
): string {
  if (checkResourceMatch(resourceServers, form.resources, grant.resource) !== undefined) {
    throw new OAuthError("invalid_target", "resource is not the one that was granted.");
  }
  const scope = narrowScope({ scope: grant.scope, server }, form.get("scope"), resourceServers.servers);
  if (scope === undefined)
    throw new OAuthError("invalid_scope", "scope may only be narrowed; ask for more at /authorize.");
  return scope;
}

async function makeSuccessor(ports: Ports, grant: Grant, scope: string): Promise<Successor> {
  return { ...(await issueAccessToken(ports, { ...grant, scope })), refreshToken: randomToken(), scope };
}

function rotate(
  { store, config, resourceServers, clock }: Ports,
  client: Client,
  presented: string,
  grant: Grant,
  successor: Successor,
): Promise<Rotation> {
  const now = clock();
  return store.grants.rotate({
    presentedDigest: digest(presented),
    clientId: client.clientId,
    successor: {
      digest: digest(successor.refreshToken),
      issuedAt: now,
      expiresAt: Math.min(now + config.refreshTokenLifetime, grant.expiresAt),
    },
    sealedSuccessor: sealSuccessor(presented, successor),
    grace,
    onReuse: resourceServers.refreshReuse ?? "revoke",
  });
}

/** The pair to hand out; a replay has ended the family by now, unless the operator chose that it does not. */
function outcomeOf(
  { logger, metrics, resourceServers }: Ports,
  rotation: Rotation,
  presented: string,
  successor: Successor,
): Successor {
  if (rotation.state === "rotated") return successor;
  if (rotation.state === "repeated") return openSuccessor(presented, rotation.sealedSuccessor);
  if (rotation.state === "reused") {
    const { refreshReuse = "revoke" } = resourceServers;
    if (refreshReuse === "revoke") metrics.revoked("replay");
    logger.warn("refresh token replayed", { grant: rotation.grantId, answer: refreshReuse });
  }
  throw new OAuthError("invalid_grant", unusable);
}
