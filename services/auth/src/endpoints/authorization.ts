import type { AuthorizationRequest, Client } from "@gateway/store";
import type { Request, RequestHandler } from "express";
import { clientError, takeStep } from "../authorization-flow.ts";
import { identifyBrowser } from "../browser/browser.ts";
import { prefetchLogo } from "../client-logo.ts";
import { authorizationErrors, checkAuthorizationRequest } from "../domain/authorization-request.ts";
import { isDocumentUrl } from "../domain/document-url.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { isRedirectUriAllowed } from "../domain/redirect-uri.ts";
import { pageError } from "../errors.ts";
import { findNamedClient } from "../find-client.ts";
import { beginPending } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";
import type { RateLimit } from "../rate-limit.ts";
import { noteClient } from "../request-log.ts";

/** Authorization endpoint (RFC 6749 3.1), GET and POST. */
export function authorization(ports: Ports, countSignIn: RateLimit): RequestHandler {
  return async (req, res) => {
    const parameters = readParameters(req.method === "POST" ? req.body : req.query);
    const request = await parseAuthorizationRequest(ports, parameters, req);
    const browser = await identifyBrowser(ports, req, res);
    await countSignIn(req.ip ?? "");
    const pending = await beginPending(ports, browser, { request });
    // SameSite=Lax keeps the session out of a POST from another site; the next GET has it.
    const isBlind = req.method === "POST" && browser.session === undefined;
    const consent = isBlind || (await takeStep(ports, browser, pending, res));
    if (consent) res.redirect(303, `/consent?request=${pending.id}`);
  };
}

/** @throws an error page while client and redirect URI are not proven, after that an error for the client */
async function parseAuthorizationRequest(
  ports: Ports,
  parameters: Parameters,
  req: Request,
): Promise<AuthorizationRequest> {
  if (parameters.repeated.length > 0) throw brokenRequest("A parameter is given more than once.");
  const client = await requireClient(ports, parameters.get("client_id"), req);
  const redirectUri = provenRedirectUri(client, parameters.get("redirect_uri"));
  prefetchLogo(ports, client);
  const checked = checkAuthorizationRequest(parameters, { client, redirectUri, servers: ports.resourceServers });
  if (checked.ok) return checked.value;
  const state = checked.refusal === "state_too_long" ? undefined : parameters.get("state");
  const [code, description] = authorizationErrors[checked.refusal];
  throw clientError(
    { clientId: client.clientId, redirectUri, ...(state === undefined ? {} : { state }) },
    code,
    description,
  );
}

async function requireClient(ports: Ports, clientId: string | undefined, req: Request): Promise<Client> {
  if (clientId === undefined) throw brokenRequest("The request does not name a client (client_id is missing).");
  const client = clientId.length > 512 ? undefined : await findNamedClient(ports, clientId, req.ip ?? "");
  noteClient(req, clientId, client !== undefined);
  if (client !== undefined) return client;
  if (isDocumentUrl(clientId, { allowLoopback: true })) throw documentError();
  throw pageError(
    "invalid_request",
    "This gateway does not know the application, or no longer does.",
    "In your application, remove this MCP server and add it again: it then registers anew. If you use mcp-remote, delete its folder ~/.mcp-auth first.",
  );
}

function documentError(): Error {
  return pageError(
    "invalid_request",
    "The application says who it is at an address of its own, and what is there cannot be read or is not accepted here.",
    "Try again in a minute. If it happens again, this gateway cannot reach that address, or does not accept what is there: its log says why. Its operator can set gateway.cimd to false, and the application registers here instead.",
  );
}

function provenRedirectUri(client: Client, redirectUri: string | undefined): string {
  if (redirectUri === undefined)
    throw brokenRequest("The request does not say where to answer (redirect_uri is missing).");
  if (isRedirectUriAllowed(client.redirectUris, redirectUri)) return redirectUri;
  if (isDocumentUrl(client.clientId, { allowLoopback: true })) throw undescribedRedirectError();
  throw pageError(
    "invalid_request",
    "The application asks to be answered at an address that it did not register (redirect_uri).",
    "In your application, remove this MCP server and add it again: it then registers anew. If you did not start this yourself, close this page.",
  );
}

function undescribedRedirectError(): Error {
  return pageError(
    "invalid_request",
    "The application asks to be answered at an address that is not in its own description (redirect_uri).",
    "That is a fault of the application; a newer version may be better. The operator of this gateway can set gateway.cimd to false, and the application registers here instead. If you did not start this yourself, close this page.",
  );
}

function brokenRequest(description: string): Error {
  return pageError(
    "invalid_request",
    description,
    "Start again from your application. If it happens again, it is a fault of the application.",
  );
}
