import type { Client } from "@gateway/store";
import type { Request, RequestHandler } from "express";
import { digest, randomToken } from "../digest.ts";
import { checkBearer } from "../domain/bearer.ts";
import { renderClientInformation } from "../domain/client-information.ts";
import { findUpdateProblem, needsSecret, updatedClient } from "../domain/client-update.ts";
import { isSame } from "../domain/secret-comparison.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { registrationChallenge } from "../registration-challenge.ts";
import { noteClient } from "../request-log.ts";
import { parseClientMetadata, parseJson } from "../requested-metadata.ts";

/** Client configuration endpoint (RFC 7592 2): a client reads, replaces or deletes its own registration. */
export function clientConfiguration(ports: Ports): Record<"read" | "update" | "remove", RequestHandler> {
  const { config, store, resourceServers, metrics, logger } = ports;
  const { rotate = false } = resourceServers.registration || {};
  return {
    async read(req, res) {
      const { client, registrationToken } = await authenticate(ports, req);
      res.json(renderClientInformation(client, config.issuer, { secret: undefined, registrationToken }));
    },

    async update(req, res) {
      const { client, registrationToken: shown } = await authenticate(ports, req);
      const body = parseJson(req.body);
      const problem = findUpdateProblem(body, client, digest);
      if (problem !== undefined) throw new OAuthError("invalid_client_metadata", problem);
      const metadata = parseClientMetadata(body, ports, client);
      const secret = needsSecret(metadata, rotate ? undefined : client) ? randomToken() : undefined;
      const registrationToken = rotate ? randomToken() : shown;
      const updated = updatedClient(client, metadata, {
        secretDigest: secret && digest(secret),
        registrationTokenDigest: digest(registrationToken),
      });
      if (!(await store.clients.replace(updated, client.registrationTokenDigest))) throw notManaged(req); // deleted or rotated meanwhile
      logger.info("client registration changed", { clientId: client.clientId, redirectUris: updated.redirectUris });
      res.json(renderClientInformation(updated, config.issuer, { secret, registrationToken }));
    },

    async remove(req, res) {
      const { client } = await authenticate(ports, req);
      const ended = await store.clients.remove(client.clientId);
      metrics.revoked("client_deleted", ended.length);
      logger.info("client deleted", { clientId: client.clientId, grantsEnded: ended.length });
      res.status(204).end();
    },
  };
}

/** The client of this address, which showed its registration access token (RFC 7592 3). */
async function authenticate(
  { store }: Ports,
  req: Request,
): Promise<{ readonly client: Client; readonly registrationToken: string }> {
  const clientId = String(req.params.clientId);
  noteClient(req, clientId, false);
  const bearer = checkBearer(req.headersDistinct.authorization ?? []);
  if (!bearer.ok) throw notManaged(req);
  const client = await store.clients.find(clientId);
  const expected = client?.registrationTokenDigest ?? "";
  // security.md 18: an unknown client and a wrong token get the same answer, so that ids cannot be tried.
  if (client === undefined || !isSame(expected, digest(bearer.value))) throw notManaged(req);
  return { client, registrationToken: bearer.value };
}

function notManaged(req: Request): OAuthError {
  const { authorization = [] } = req.headersDistinct;
  return registrationChallenge(authorization, "Show the registration access token of this client.");
}
