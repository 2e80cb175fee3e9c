import type { AuthorizationRequest, Client, User } from "@gateway/store";
import type { Response } from "express";
import { checkApprovedStatement } from "./approved-statement.ts";
import type { Browser } from "./browser/browser.ts";
import { logoPathOf } from "./client-logo.ts";
import { digest, randomToken } from "./digest.ts";
import { consentTuple } from "./domain/consent.ts";
import { receptionOf } from "./domain/document-policy.ts";
import { isDocumentUrl } from "./domain/document-url.ts";
import { type NextStep, nextStep } from "./domain/next-step.ts";
import { mayUse } from "./domain/policy.ts";
import { authorizationResponseUri } from "./domain/redirect-uri.ts";
import { resolveResource } from "./domain/resource.ts";
import { OAuthError, type OAuthErrorCode } from "./errors.ts";
import { findClient, isDeclared } from "./find-client.ts";
import type { AuthorizationSummary, ClientFacts, NameGiver } from "./pages/authorization-summary.ts";
import { type PendingForClient, takePending } from "./pending-authorization.ts";
import type { Ports } from "./ports.ts";

/** Seconds (security.md 10). */
const codeLifetime = 60;

/** What this pending authorization waits for, in this browser. */
export async function findNextStep(
  { store, resourceServers, clock }: Ports,
  { session }: Browser,
  { request }: PendingForClient,
): Promise<NextStep> {
  const { resource } = request;
  const user = session?.user;
  const isAsked = user !== undefined && resource !== undefined;
  return nextStep({
    request,
    isSignedIn: user !== undefined,
    usable: user === undefined ? [] : resourceServers.servers.filter((server) => mayUse(server, user)),
    named: resource === undefined ? undefined : resolveResource(resourceServers, resource)?.server,
    consentGivenAt: isAsked ? await store.consents.givenAt(consentTuple(user, request, resource)) : undefined,
    now: clock(),
  });
}

/** Takes every step that needs no page of its own here; gives the step when it is the consent page. */
export async function takeStep(
  ports: Ports,
  browser: Browser,
  pending: PendingForClient,
  res: Response,
): Promise<(NextStep & { step: "consent" }) | undefined> {
  const next = await findNextStep(ports, browser, pending);
  if (next.step === "consent") return next;
  if (next.step === "sign-in") res.redirect(303, `/login?request=${pending.id}`);
  if (next.step === "refuse") return await refuseClient(ports, pending, next.error);
  if (next.step === "issue-code" && browser.session) {
    await issueCode(ports, pending, { ...browser.session, resource: next.resource }, res);
  }
  return undefined;
}

/** Ends the pending authorization with a code at the client's redirect URI (RFC 6749 4.1.2). */
export async function issueCode(
  ports: Ports,
  pending: PendingForClient,
  { user, authTime, resource }: { user: User; authTime: number; resource: string },
  res: Response,
): Promise<void> {
  await takePending(ports, pending);
  const { store, clock, config } = ports;
  const { redirectUri, state } = pending.request;
  const code = randomToken();
  await store.codes.issue(digest(code), {
    request: { ...pending.request, resource },
    user,
    authTime,
    expiresAt: clock() + codeLifetime,
    grantId: randomToken(128),
  });
  res.redirect(303, authorizationResponseUri(redirectUri, config.issuer, { code, state }));
}

const refusals = {
  login_required: "the user is not signed in",
  consent_required: "the user has not agreed to this yet",
  access_denied: "this account may not use the MCP server that was asked for; sign out at the gateway to use another",
} as const;

/** Ends the pending authorization with an error at the client's redirect URI (RFC 6749 4.1.2.1). */
export async function refuseClient(
  ports: Pick<Ports, "store">,
  pending: PendingForClient,
  error: keyof typeof refusals,
  description: string = refusals[error],
): Promise<never> {
  await takePending(ports, pending);
  throw clientError(pending.request, error, description);
}

/** An error that the client is told at its redirect URI, which has been proven. */
export function clientError(
  { clientId, redirectUri, state }: Pick<AuthorizationRequest, "clientId" | "redirectUri" | "state">,
  code: OAuthErrorCode,
  description: string,
): OAuthError {
  return new OAuthError(code, description, { to: "client", clientId, redirectUri, state });
}

/** What the pages tell a person about a pending authorization. */
export async function summarize(ports: Ports, { request }: PendingForClient): Promise<AuthorizationSummary> {
  const { resourceServers } = ports;
  const client = await findClient(ports, request.clientId);
  const named = request.resource === undefined ? undefined : resolveResource(resourceServers, request.resource);
  return {
    ...(await clientFacts(ports, request.clientId, client)),
    redirectUri: request.redirectUri,
    server: named && { title: named.server.title, resource: named.resource },
  };
}

/** What the pages tell a person about a client. */
export async function clientFacts(ports: Ports, clientId: string, client: Client | undefined): Promise<ClientFacts> {
  const { client_name: clientName, client_uri: clientUri } = client?.display ?? {};
  const claims = { clientName, clientUri, namedBy: nameGiver(ports, client) };
  if (client === undefined || !isDocumentUrl(clientId, { allowLoopback: true })) return claims;
  return {
    ...claims,
    clientHost: new URL(clientId).host,
    isWarnedOf: receptionOf(ports.resourceServers, clientId) === "warned",
    logoPath: await logoPathOf(ports, client),
  };
}

/** Who gave a client the name that it is shown by. Asked each time: the operator may have ended an approval since. */
function nameGiver(ports: Pick<Ports, "config" | "resourceServers">, client: Client | undefined): NameGiver {
  if (client === undefined) return "itself";
  if (isDeclared(ports, client.clientId)) return "operator";
  const { software_statement: statement, client_name: name } = client.display;
  const checked = typeof statement === "string" ? checkApprovedStatement(ports, statement, undefined) : undefined;
  return checked?.ok && checked.value.metadata.client_name === name ? { issuer: checked.value.issuer } : "itself";
}
