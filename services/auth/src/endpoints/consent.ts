import type { RequestHandler } from "express";
import { findNextStep, issueCode, refuseClient, summarize, takeStep } from "../authorization-flow.ts";
import { type Browser, identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { consentTuple } from "../domain/consent.ts";
import type { NextStep } from "../domain/next-step.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { pageError } from "../errors.ts";
import { findClient } from "../find-client.ts";
import { type ConsentView, renderConsent } from "../pages/consent.ts";
import { findPendingForClient, type PendingForClient } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";

/** The consent page; where consent is not what is missing, the step that is. */
export function consentPage(ports: Ports): RequestHandler {
  return async (req, res) => {
    const browser = await identifyBrowser(ports, req, res);
    const pending = await findPendingForClient(ports, browser, readParameters(req.query).get("request"));
    const consent = await takeStep(ports, browser, pending, res);
    if (consent) res.type("html").send(renderConsent(await viewOf(ports, browser, pending, consent)));
  };
}

/** The person's decision. */
export function consent(ports: Ports): RequestHandler {
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = await identifyBrowser(ports, req, res);
    const requestId = form.get("request");
    requireFormToken(ports, browser, { form: "consent", requestId }, { req, form });
    const pending = await findPendingForClient(ports, browser, requestId);
    const next = await findNextStep(ports, browser, pending);
    if (next.step !== "consent" || browser.session === undefined)
      return res.redirect(303, `/consent?request=${pending.id}`);
    if (form.get("decision") !== "allow")
      return await refuseClient(ports, pending, "access_denied", "the user said no");
    const { user, authTime } = browser.session;
    const resource = chosenResource(pending, next, form);
    await ports.store.consents.remember(consentTuple(user, pending.request, resource), ports.clock());
    await issueCode(ports, pending, { user, authTime, resource }, res);
  };
}

/** The named server, or the one chosen among those that were offered. */
function chosenResource(
  { request }: PendingForClient,
  { choices }: NextStep & { step: "consent" },
  form: Parameters,
): string {
  if (request.resource !== undefined) return request.resource;
  const offered = choices.map(({ identifiers }) => identifiers[0]);
  const chosen = offered.find((resource) => form.resources.length === 1 && resource === form.resources[0]);
  if (chosen !== undefined) return chosen;
  throw pageError("invalid_request", "No MCP server was chosen.", "Go back, choose one, and press Allow again.");
}

async function viewOf(
  ports: Ports,
  browser: Browser,
  pending: PendingForClient,
  { choices }: NextStep & { step: "consent" },
): Promise<ConsentView> {
  const { request, id } = pending;
  const client = await findClient(ports, request.clientId);
  return {
    csrf: formToken(ports, browser, { form: "consent", requestId: id }),
    requestId: id,
    login: browser.session?.user.login ?? "",
    summary: await summarize(ports, pending),
    choices:
      request.resource === undefined ? choices.map(({ title, identifiers: [resource] }) => ({ title, resource })) : [],
    scope: request.scope,
    staysConnected: client?.grantTypes.includes("refresh_token") ?? false,
  };
}
