import type { UserList } from "@gateway/operator-api";
import type { RequestHandler } from "express";
import { viewUsers } from "../domain/user-views.ts";
import type { Ports } from "../ports.ts";
import { listed } from "./listing.ts";

/** `GET /users`: those who gave tokens that live. Who is only signed in in a browser is not among them. */
export function listUsers({ store, resourceServers }: Pick<Ports, "store" | "resourceServers">): RequestHandler {
  return async (req, res) => {
    const { total, items } = listed(viewUsers(await store.grants.list(), resourceServers), req);
    res.json({ total, users: items } satisfies UserList);
  };
}
