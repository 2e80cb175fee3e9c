import type { AuthorizationRequest } from "@gateway/store";
import type { RequestHandler } from "express";
import { findNextStep, issueCode, refuseClient, summarize, takeStep } from "../authorization-flow.ts";
import { type Browser, identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { consentChoices } from "../consent-choices.ts";
import { consentTuple } from "../domain/consent.ts";
import type { NextStep } from "../domain/next-step.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { grantableScope } from "../domain/scope.ts";
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
    const request = agreedRequest(pending, next, form);
    const { resource } = request;
    await ports.store.consents.remember(consentTuple(user, request, resource), ports.clock());
    await issueCode(ports, { ...pending, request }, { user, authTime, resource }, res);
  };
}

/** The request, for the server that it names or for the one chosen among those that were offered. */
function agreedRequest(
  { request }: PendingForClient,
  { choices }: NextStep & { step: "consent" },
  form: Parameters,
): AuthorizationRequest & { readonly resource: string } {
  if (request.resource !== undefined) return { ...request, resource: request.resource };
  const chosen = choices.find(({ identifiers: [resource] }) => isOnly(form.resources, resource));
  if (chosen !== undefined) {
    return { ...request, resource: chosen.identifiers[0], scope: grantableScope(request.scope, chosen) };
  }
  throw pageError("invalid_request", "No MCP server was chosen.", "Go back, choose one, and press Allow again.");
}

function isOnly(values: readonly string[], value: string): boolean {
  return values.length === 1 && values[0] === value;
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
    ...(await consentChoices(ports, browser.session?.user, { request, choices })),
    staysConnected: client?.grantTypes.includes("refresh_token") ?? false,
  };
}
