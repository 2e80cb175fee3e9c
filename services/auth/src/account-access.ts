import type { Client, User } from "@gateway/store";
import { describeAccess } from "./domain/account.ts";
import { findClient } from "./find-client.ts";
import type { Ports } from "./ports.ts";

/** What a person has given to clients, and their personal access tokens, in words. */
export async function describeGrantsOf(ports: Ports, { sub }: User) {
  const { store, resourceServers } = ports;
  const grants = await store.grants.ofUser(sub);
  const clients = new Map<string, Client>();
  for (const clientId of new Set(grants.map((grant) => grant.clientId))) {
    // As it was when it last obtained tokens: a stranger's host must not hold up this page. Declared ones are not kept.
    const client = (await store.clients.find(clientId)) ?? (await findClient(ports, clientId));
    if (client !== undefined) clients.set(clientId, client);
  }
  return describeAccess(grants, clients, resourceServers);
}
