import type { Client } from "@gateway/store";
import { receptionOf } from "./domain/document-policy.ts";
import { preRegisteredClient } from "./domain/pre-registered-client.ts";
import type { Ports } from "./ports.ts";

type ClientPorts = Pick<Ports, "resourceServers" | "remoteClients" | "store">;

/** The client of this id: declared by the operator, described at its own URL, or registered here. Undefined when unknown. */
export async function findClient(ports: ClientPorts, clientId: string): Promise<Client | undefined> {
  const declared = ports.resourceServers.clients?.find((client) => client.clientId === clientId);
  if (declared !== undefined) return preRegisteredClient(declared);
  return isUrl(clientId) ? findDocumentClient(ports, clientId) : ports.store.clients.find(clientId);
}

/**
 * The same, where a stranger names it: a description that is not known has to be fetched first, and they are counted.
 * @param address the stranger's
 * @throws too_many_requests
 */
export async function findNamedClient(
  ports: ClientPorts,
  clientId: string,
  address: string,
): Promise<Client | undefined> {
  const { documents, countSearch } = ports.remoteClients;
  const isFetched = receptionOf(ports.resourceServers, clientId) !== "refused" && !isDeclared(ports, clientId);
  if (isFetched && !documents.knows(clientId)) await countSearch(address);
  return findClient(ports, clientId);
}

/** The client that is described at this URL, if the operator receives it. */
export async function findDocumentClient(
  { resourceServers, remoteClients }: Pick<Ports, "resourceServers" | "remoteClients">,
  clientId: string,
): Promise<Client | undefined> {
  return receptionOf(resourceServers, clientId) === "refused" ? undefined : remoteClients.documents.find(clientId);
}

/**
 * A client as it was when it last obtained tokens: for a refresh or a revocation, when its document cannot be had any more
 * (oauth-wire 4.2.6). Only a public one, whose document proves nothing.
 */
export async function findRememberedClient(ports: ClientPorts, clientId: string): Promise<Client | undefined> {
  const isReceived = receptionOf(ports.resourceServers, clientId) !== "refused";
  const client = isReceived ? await ports.store.clients.find(clientId) : undefined;
  return client?.tokenEndpointAuthMethod === "none" ? client : undefined;
}

/** Remembers a client that describes itself at its own URL; of others the store knows already. */
export async function rememberClient(ports: ClientPorts, client: Client): Promise<void> {
  if (isUrl(client.clientId) && !isDeclared(ports, client.clientId)) await ports.store.clients.remember(client);
}

/** Whether the operator declared the client of this id. */
export function isDeclared({ resourceServers }: Pick<Ports, "resourceServers">, clientId: string): boolean {
  return resourceServers.clients?.some((client) => client.clientId === clientId) ?? false;
}

/** Whether the operator lets this client ask about tokens (RFC 7662 2.1). */
export function mayIntrospect({ resourceServers }: Pick<Ports, "resourceServers">, { clientId }: Client): boolean {
  return resourceServers.clients?.some((client) => client.clientId === clientId && client.introspect) ?? false;
}

// Ids that we generate never look like this.
function isUrl(clientId: string): boolean {
  return /^https?:\/\//.test(clientId);
}
