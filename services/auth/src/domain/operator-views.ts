import type { ClientView, TokenView } from "@gateway/operator-api";
import type { ResourceServers } from "@gateway/registry";
import type { Client, Grant } from "@gateway/store";
import { displayText } from "./display-text.ts";
import { isPersonalToken } from "./personal-token.ts";
import { resolveResource } from "./resource.ts";

/** Clients with the number of their grants. */
export function viewClients(clients: readonly Client[], grants: readonly Grant[]): readonly ClientView[] {
  const counts = new Map<string, number>();
  for (const { clientId } of grants) counts.set(clientId, (counts.get(clientId) ?? 0) + 1);
  return clients.map((client) => ({
    client_id: client.clientId,
    client_name: nameOf(client),
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    client_id_issued_at: client.clientIdIssuedAt,
    ...(client.lastUsedAt === undefined ? {} : { last_used_at: client.lastUsedAt }),
    ...(client.expiresAt === undefined ? {} : { expires_at: client.expiresAt }),
    tokens: counts.get(client.clientId) ?? 0,
  }));
}

/** Grants with the names of their clients and servers. */
export function viewTokens(
  grants: readonly Grant[],
  clients: readonly Client[],
  servers: ResourceServers,
): readonly TokenView[] {
  const names = new Map(clients.map((client) => [client.clientId, nameOf(client)]));
  return grants.map((grant) => ({
    id: grant.grantId,
    kind: isPersonalToken(grant) ? "personal" : "client",
    client_id: grant.clientId,
    name: displayText(grant.name) ?? names.get(grant.clientId) ?? "",
    user: grant.user.login,
    sub: grant.user.sub,
    server: resolveResource(servers, grant.resource)?.server.name ?? grant.resource,
    resource: grant.resource,
    scope: grant.scope,
    ...(grant.tools === undefined ? {} : { tools: grant.tools }),
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
  }));
}

function nameOf({ display }: Client): string {
  return displayText(display.client_name) ?? "";
}
