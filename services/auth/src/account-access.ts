import type { Client, User } from "@gateway/store";
import { describeAccess } from "./domain/account.ts";
import type { Ports } from "./ports.ts";

/** What a person has given to clients, and their personal access tokens, in words. */
export async function describeGrantsOf({ store, resourceServers }: Ports, { sub }: User) {
  const grants = await store.grants.ofUser(sub);
  const clients = new Map<string, Client>();
  for (const clientId of new Set(grants.map((grant) => grant.clientId))) {
    const client = await store.clients.find(clientId);
    if (client !== undefined) clients.set(clientId, client);
  }
  return describeAccess(grants, clients, resourceServers);
}
