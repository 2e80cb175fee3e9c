import type { Stats } from "@gateway/operator-api";
import type { RequestHandler } from "express";
import { viewTokens } from "../domain/operator-views.ts";
import type { Ports } from "../ports.ts";

/** `GET /stats`: how much there is of what. */
export function stats({ store, resourceServers }: Pick<Ports, "store" | "resourceServers">): RequestHandler {
  return async (_req, res) => {
    const [clients, grants] = await Promise.all([store.clients.list(), store.grants.list()]);
    const tokens = viewTokens(grants, clients, resourceServers);
    const used = clients.filter(({ lastUsedAt }) => lastUsedAt !== undefined).length;
    const personal = tokens.filter(({ kind }) => kind === "personal").length;
    const servers = new Map<string, number>();
    for (const { server } of tokens) servers.set(server, (servers.get(server) ?? 0) + 1);
    res.json({
      clients: { total: clients.length, used, never_used: clients.length - used },
      tokens: { total: tokens.length, of_clients: tokens.length - personal, personal },
      users: new Set(tokens.map(({ sub }) => sub)).size,
      tokens_by_server: Object.fromEntries([...servers].sort(([one], [other]) => one.localeCompare(other))),
    } satisfies Stats);
  };
}
