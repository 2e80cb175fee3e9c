import type { ResourceServers } from "@gateway/registry";
import type { Client, Grant } from "@gateway/store";
import { displayText } from "./display-text.ts";
import { isPersonalToken } from "./personal-token.ts";
import { resolveResource } from "./resource.ts";

/** One access that a person has given, as the account pages list it. */
export interface GivenAccess {
  readonly grantId: string;
  /** The client's own name for itself; of a personal token the name that the person gave. */
  readonly title: string;
  readonly server: string;
  /** Seconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** The only tools it is good for; absent: all. */
  readonly tools?: readonly string[];
}

/** What a person has given to clients, grouped by server, and their personal access tokens. */
export function describeAccess(
  grants: readonly Grant[],
  clients: ReadonlyMap<string, Pick<Client, "display">>,
  servers: ResourceServers,
): { readonly clients: readonly GivenAccess[]; readonly tokens: readonly GivenAccess[] } {
  const describe = (grant: Grant): GivenAccess => ({
    grantId: grant.grantId,
    title: titleOf(grant, clients.get(grant.clientId)),
    // A server that was taken out of gateway.json still has its grants, until they end.
    server: resolveResource(servers, grant.resource)?.server.title ?? grant.resource,
    since: grant.createdAt,
    until: grant.expiresAt,
    ...(grant.tools === undefined ? {} : { tools: grant.tools }),
  });
  const toClients = grants.filter((grant) => !isPersonalToken(grant)).map(describe);
  return {
    clients: toClients.sort((one, other) => one.server.localeCompare(other.server)),
    tokens: grants.filter(isPersonalToken).map(describe),
  };
}

function titleOf({ name }: Grant, client: Pick<Client, "display"> | undefined): string {
  return name ?? displayText(client?.display.client_name) ?? "An application without a name";
}
