import type { Client } from "@gateway/store";
import { preRegisteredClient } from "./domain/pre-registered-client.ts";
import type { Ports } from "./ports.ts";

/** The client of this id: declared by the operator, or registered here. Undefined when unknown or expired. */
export async function findClient(
  { resourceServers, store }: Pick<Ports, "resourceServers" | "store">,
  clientId: string,
): Promise<Client | undefined> {
  const declared = resourceServers.clients?.find((client) => client.clientId === clientId);
  return declared === undefined ? store.clients.find(clientId) : preRegisteredClient(declared);
}

/** Whether the operator lets this client ask about tokens (RFC 7662 2.1). */
export function mayIntrospect({ resourceServers }: Pick<Ports, "resourceServers">, { clientId }: Client): boolean {
  return resourceServers.clients?.some((client) => client.clientId === clientId && client.introspect) ?? false;
}
