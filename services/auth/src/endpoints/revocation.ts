import { clockSkew } from "@gateway/forward-auth";
import type { Client } from "@gateway/store";
import type { RequestHandler } from "express";
import { authenticateClient } from "../authenticate-client.ts";
import { checkToken } from "../check-token.ts";
import { digest } from "../digest.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { parseForm } from "./token.ts";

/** Token revocation endpoint (RFC 7009). A refresh token ends its whole grant, an access token only itself. */
export function revocation(ports: Ports): RequestHandler {
  return async (req, res) => {
    const form = parseForm(req.body);
    const client = await authenticateClient(ports, req, form);
    const token = form.get("token");
    if (token === undefined) throw new OAuthError("invalid_request", "token is missing.");
    // RFC 7009 2.1: token_type_hint only helps the search; what a token is can be seen here without it.
    await revokeRefreshToken(ports, client, token);
    await revokeAccessToken(ports, client, token);
    // RFC 7009 2.2: an unknown token is a 200 too; the client could do nothing useful with an error.
    res.status(200).end();
  };
}

async function revokeRefreshToken({ store, metrics }: Ports, client: Client, token: string): Promise<void> {
  const grant = await store.grants.ofRefreshToken(digest(token));
  if (grant === undefined) return;
  requireOwner(grant.clientId, client);
  await store.grants.revoke(grant.grantId);
  metrics.revoked("client");
}

async function revokeAccessToken({ store, keys, config, clock }: Ports, client: Client, token: string): Promise<void> {
  const checked = await checkToken(token, { keys, issuer: config.issuer, clock });
  if (!checked.ok) return;
  requireOwner(checked.value.client_id, client);
  await store.grants.revokeAccessToken(checked.value.jti, checked.value.exp + clockSkew);
}

// RFC 7009 2.1: a client ends its own tokens only.
function requireOwner(clientId: string, client: Client): void {
  if (clientId === client.clientId) return;
  throw new OAuthError("unauthorized_client", "The token belongs to another client.");
}
