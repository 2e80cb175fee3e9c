import type { RevokedTokens, TokenList, TokenView } from "@gateway/operator-api";
import type { RequestHandler } from "express";
import { viewTokens } from "../domain/operator-views.ts";
import type { Ports } from "../ports.ts";
import { listed, named } from "./listing.ts";
import { OperatorError } from "./operator-error.ts";

type TokenPorts = Pick<Ports, "store" | "metrics" | "logger" | "resourceServers">;

/** `GET /tokens?user=`: what people gave, in order of creation. */
export function listTokens(ports: TokenPorts): RequestHandler {
  return async (req, res) => {
    const all = await views(ports);
    const { user } = req.query;
    const { total, items } = listed(typeof user === "string" ? all.filter(isOf(user)) : all, req);
    res.json({ total, tokens: items } satisfies TokenList);
  };
}

/** `GET /tokens/ID`: one, by its id or a part that is its alone. */
export function showToken(ports: TokenPorts): RequestHandler {
  return async (req, res) => {
    res.json(named("token", await views(ports), ({ id }) => id, req));
  };
}

/** `DELETE /tokens/ID`: its access tokens are refused within a second, its refresh token is dead. */
export function revokeToken(ports: TokenPorts): RequestHandler {
  return async (req, res) => {
    const token = named("token", await views(ports), ({ id }) => id, req);
    await revoke(ports, token);
    res.json({ revoked: 1 } satisfies RevokedTokens);
  };
}

/** `DELETE /tokens?user=` or `?which=all`. Of a user also browser sessions and consents end. */
export function revokeTokens(ports: TokenPorts): RequestHandler {
  return async (req, res) => {
    const { user, which } = req.query;
    if (typeof user === "string" && user !== "") {
      res.json({ revoked: await endUser(ports, user) } satisfies RevokedTokens);
    } else if (which === "all") {
      const all = await views(ports);
      for (const token of all) await revoke(ports, token);
      res.json({ revoked: all.length } satisfies RevokedTokens);
    } else throw new OperatorError(400, "user: a login or a sub; or which: all");
  };
}

async function views({ store, resourceServers }: TokenPorts): Promise<readonly TokenView[]> {
  const [grants, clients] = await Promise.all([store.grants.list(), store.clients.list()]);
  return viewTokens(grants, clients, resourceServers);
}

/** Whether a token is a user's, who is named by login (any case) or by `sub`. */
function isOf(user: string): (token: TokenView) => boolean {
  return (token) => token.sub === user || token.user.toLowerCase() === user.toLowerCase();
}

async function revoke({ store, metrics, logger }: TokenPorts, { id, client_id, sub }: TokenView): Promise<void> {
  await store.grants.revoke(id);
  metrics.revoked("operator");
  logger.warn("grant revoked by the operator", { grantId: id, clientId: client_id, user: sub });
}

async function endUser(ports: TokenPorts, user: string): Promise<number> {
  const { store, logger } = ports;
  const subs = new Set((await views(ports)).filter(isOf(user)).map(({ sub }) => sub));
  // Who is only signed in in a browser has no grant that would tell the sub of a login.
  if (user.includes("|")) subs.add(user);
  if (subs.size === 0) {
    throw new OperatorError(
      404,
      `Nothing is known of ${user}. See who there is: just tokens. A sub (gh|123) works too.`,
    );
  }
  let revoked = 0;
  for (const sub of subs) {
    const ended = await store.grants.revokeUser(sub);
    ports.metrics.revoked("operator", ended.length);
    logger.warn("user signed out everywhere by the operator", { user: sub, grants: ended.length });
    revoked += ended.length;
  }
  return revoked;
}
