import type { ClientList, ClientView, DeletedClients } from "@gateway/operator-api";
import type { Client } from "@gateway/store";
import type { RequestHandler } from "express";
import { viewClients } from "../domain/operator-views.ts";
import type { Ports } from "../ports.ts";
import { listed, named, oneOf } from "./listing.ts";

type ClientPorts = Pick<Ports, "store" | "metrics" | "logger">;

const choices = ["all", "unused", "test"] as const;
/** Names of clients that tests make begin so, in capitals and with the blank: "Test Studio" is somebody's application. */
const testName = "TEST ";

const isChosen: Readonly<Record<(typeof choices)[number], (view: ClientView) => boolean>> = {
  all: () => true,
  unused: ({ last_used_at, tokens }) => last_used_at === undefined && tokens === 0,
  test: ({ client_name }) => client_name.startsWith(testName),
};

/** `GET /clients?which=`: registered clients, in order of registration. */
export function listClients(ports: ClientPorts): RequestHandler {
  return async (req, res) => {
    const which = req.query.which === undefined ? "all" : oneOf(choices, "which", req);
    const { total, items } = listed((await views(ports)).filter(isChosen[which]), req);
    res.json({ total, clients: items } satisfies ClientList);
  };
}

/** `GET /clients/ID`: one, by its id or a part that is its alone. */
export function showClient(ports: ClientPorts): RequestHandler {
  return async (req, res) => {
    res.json(named("client", await views(ports), ({ client_id }) => client_id, req));
  };
}

/** `DELETE /clients/ID`: the client and every grant of it. */
export function deleteClient(ports: ClientPorts): RequestHandler {
  return async (req, res) => {
    const { client_id } = named("client", await views(ports), ({ client_id }) => client_id, req);
    res.json(await remove(ports, [client_id]));
  };
}

/** `DELETE /clients?which=`: those. */
export function deleteClients(ports: ClientPorts): RequestHandler {
  return async (req, res) => {
    const which = oneOf(choices, "which", req);
    const chosen = (await views(ports)).filter(isChosen[which]);
    res.json(
      await remove(
        ports,
        chosen.map(({ client_id }) => client_id),
      ),
    );
  };
}

async function views({ store }: ClientPorts): Promise<readonly ClientView[]> {
  const [clients, grants] = await Promise.all([store.clients.list(), store.grants.list()]);
  return viewClients(clients, grants);
}

async function remove(
  { store, metrics, logger }: ClientPorts,
  clientIds: readonly Client["clientId"][],
): Promise<DeletedClients> {
  let grants = 0;
  for (const clientId of clientIds) {
    const ended = await store.clients.remove(clientId);
    metrics.revoked("client_deleted", ended.length);
    logger.warn("client removed by the operator", { clientId, grants: ended.length });
    grants += ended.length;
  }
  return { deleted: clientIds.length, tokens_revoked: grants };
}
