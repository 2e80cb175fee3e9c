import { indexName, recordKey } from "../keys.ts";
import type { Client, Clients } from "../ports/clients.ts";
import { type Found, put, type Records, type Settlement, unchanged } from "../records.ts";
import { endingOf, exchangeMemory, type GrantRecord, grantOf } from "./grant-records.ts";

/** A client as kept; or, for a while, the word that it was removed and that no grant of it shall begin. */
export type ClientRecord = { readonly client: Client; readonly order: number } | { readonly removed: true };

/** Registered clients. */
export function clients(records: Records): Clients {
  return {
    register: (client) =>
      records.settle(async () => {
        const found = await records.read<ClientRecord>(recordKey("client", client.clientId));
        if (found.value !== undefined) throw new Error(`Client ${client.clientId} is registered already`);
        return { outcome: undefined, change: keeping(found, client, records.nextOrder()) };
      }),

    async find(clientId) {
      const { value } = await records.read<ClientRecord>(recordKey("client", clientId));
      return value !== undefined && "client" in value ? value.client : undefined;
    },

    replace: (client, expectedTokenDigest) =>
      change(records, client.clientId, (registered) =>
        registered.registrationTokenDigest === expectedTokenDigest ? { ...client, ...usesOf(registered) } : undefined,
      ),

    remember: (client) =>
      records.settle(async () => {
        const found = await records.read<ClientRecord>(recordKey("client", client.clientId));
        if (found.value !== undefined && "removed" in found.value) return { outcome: undefined };
        const { client: kept, order } = found.value ?? { client, order: records.nextOrder() };
        return { outcome: undefined, change: keeping(found, { ...client, ...usesOf(kept) }, order) };
      }),

    async touch(clientId, { lastUsedAt, expiresAt }) {
      await change(records, clientId, ({ expiresAt: _, ...client }) => ({
        ...client,
        lastUsedAt,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }));
    },

    async remove(clientId) {
      const ended = await records.settle(() => removal(records, clientId));
      // A grant that began between the look and the deed; from the deed on none can begin.
      const late = await records.settle(() => removal(records, clientId));
      return [...ended, ...late];
    },

    async list() {
      const alive = (await records.list<ClientRecord>(indexName("clients"))).filter((record) => "client" in record);
      return alive.sort((one, other) => one.order - other.order).map(({ client }) => client);
    },
  };
}

/** Puts another state, unless there is none, in the place of a registered client. Gives whether that was done. */
function change(
  records: Records,
  clientId: string,
  next: (registered: Client) => Client | undefined,
): Promise<boolean> {
  return records.settle(async () => {
    const found = await records.read<ClientRecord>(recordKey("client", clientId));
    if (found.value === undefined || "removed" in found.value) return { outcome: false };
    const changed = next(found.value.client);
    if (changed === undefined) return { outcome: false };
    return { outcome: true, change: keeping(found, changed, found.value.order) };
  });
}

function usesOf({ lastUsedAt, expiresAt }: Client): Pick<Client, "lastUsedAt" | "expiresAt"> {
  return { ...(lastUsedAt === undefined ? {} : { lastUsedAt }), ...(expiresAt === undefined ? {} : { expiresAt }) };
}

function keeping(found: Found<ClientRecord>, client: Client, order: number) {
  const { expiresAt } = client;
  return {
    expect: [unchanged(found)],
    write: [put(found.key, { client, order } satisfies ClientRecord, expiresAt)],
    join: [{ index: indexName("clients"), member: found.key, expiresAt }],
  };
}

/** What deletes a client and ends its grants; gives their ids. */
async function removal(records: Records, clientId: string): Promise<Settlement<readonly string[]>> {
  const client = await records.read<ClientRecord>(recordKey("client", clientId));
  const found = await records.readAll<GrantRecord>(await records.members(indexName("clientGrants", clientId)));
  const living = found.flatMap(({ value }) => grantOf(value) ?? []);
  const known = client.value !== undefined && "client" in client.value;
  const outcome = living.map(({ grantId }) => grantId);
  if (!known && living.length === 0) return { outcome };
  const ending = endingOf(living);
  const removed: ClientRecord = { removed: true };
  return {
    outcome,
    change: {
      ...ending,
      expect: [unchanged(client), ...found.map(unchanged)],
      write: [...ending.write, ...(known ? [put(client.key, removed, records.now() + exchangeMemory)] : [])],
      leave: [...ending.leave, { index: indexName("clients"), member: client.key }],
    },
  };
}
