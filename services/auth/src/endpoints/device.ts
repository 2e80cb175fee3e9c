import type { ResourceServer } from "@gateway/registry";
import type { DeviceApproval, DeviceAuthorization } from "@gateway/store";
import type { Request, RequestHandler, Response } from "express";
import { clientFacts } from "../authorization-flow.ts";
import { identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { findSession, requireSession, type SignedIn } from "../browser/signed-in.ts";
import { consentChoices } from "../consent-choices.ts";
import { type UserCodeTries, userCodeTries } from "../device-limits.ts";
import { digest } from "../digest.ts";
import { readParameters } from "../domain/parameters.ts";
import { mayUse } from "../domain/policy.ts";
import { resolveResource } from "../domain/resource.ts";
import { grantableScope } from "../domain/scope.ts";
import { readUserCode, renderUserCode } from "../domain/user-code.ts";
import { pageError } from "../errors.ts";
import { findClient } from "../find-client.ts";
import { renderDeviceConsent, renderDeviceDone, renderDeviceEntry } from "../pages/device.ts";
import type { Ports } from "../ports.ts";
import type { RateLimit } from "../rate-limit.ts";

/** Verification page (RFC 8628 3.3): asks for the user code, also where a link brought it. GET never approves. */
export function devicePage(ports: Ports, countSignIn: RateLimit): RequestHandler {
  return async (req, res) => {
    const userCode = readUserCode(readParameters(req.query).get("user_code") ?? "");
    const query = userCode === undefined ? "" : `?user_code=${renderUserCode(userCode)}`;
    const browser = await findSession(ports, { req, res, countSignIn }, `/device${query}`);
    if (browser !== undefined) showEntry(ports, browser, userCode === undefined ? "" : renderUserCode(userCode), res);
  };
}

/** The user code that was entered: to the consent page, if a device waits for it. */
export function deviceEntry(ports: Ports): RequestHandler {
  const tries = userCodeTries();
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = requireSession(await identifyBrowser(ports, req, res));
    requireFormToken(ports, browser, { form: "device" }, { req, form });
    const typed = form.get("user_code") ?? "";
    const waiting = await findByTyped(ports, tries, { browser, typed, req });
    if (waiting === undefined) {
      const problem = "No device waits for this code. It may be mistyped, or older than ten minutes.";
      res.status(400);
      return showEntry(ports, browser, typed.slice(0, 20), res, problem);
    }
    await showConsent(ports, browser, waiting, res);
  };
}

/** The person's decision. Its form is bound to the user code, so only whoever has entered that one can send it. */
export function deviceConsent(ports: Ports): RequestHandler {
  const { store, logger } = ports;
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = requireSession(await identifyBrowser(ports, req, res));
    const userCode = readUserCode(form.get("user_code") ?? "") ?? "";
    requireFormToken(ports, browser, { form: "device-consent", requestId: userCode }, { req, form });
    const authorization = await store.deviceCodes.findWaiting(digest(userCode));
    if (authorization === undefined) throw overError();
    const isAllowed = form.get("decision") === "allow";
    const decision = isAllowed ? approvalOf(ports, browser, authorization, form.resources) : "denied";
    if (!(await store.deviceCodes.decide(digest(userCode), decision))) throw overError();
    const { clientId } = authorization;
    logger.info("device decided", { clientId, user: browser.session.user.sub, isAllowed });
    res.type("html").send(renderDeviceDone(isAllowed));
  };
}

interface Waiting {
  readonly userCode: string;
  readonly authorization: DeviceAuthorization;
}

/** @throws an error page for someone who has been wrong too often */
async function findByTyped(
  { store }: Ports,
  tries: UserCodeTries,
  { browser, typed, req }: { browser: SignedIn; typed: string; req: Request },
): Promise<Waiting | undefined> {
  const typist = { sub: browser.session.user.sub, address: req.ip ?? "" };
  await tries.count(typist);
  const userCode = readUserCode(typed);
  const authorization = userCode && (await store.deviceCodes.findWaiting(digest(userCode)));
  if (userCode === undefined || !authorization) return undefined;
  await tries.forgive(typist);
  return { userCode, authorization };
}

function showEntry(ports: Ports, browser: SignedIn, userCode: string, res: Response, problem?: string): void {
  const page = renderDeviceEntry({
    csrf: formToken(ports, browser, { form: "device" }),
    login: browser.session.user.login,
    userCode,
    ...(problem === undefined ? {} : { problem }),
  });
  res.type("html").send(page);
}

async function showConsent(ports: Ports, browser: SignedIn, waiting: Waiting, res: Response): Promise<void> {
  const { userCode, authorization } = waiting;
  const client = await findClient(ports, authorization.clientId);
  const offered = serversFor(ports, browser, authorization);
  const page = renderDeviceConsent({
    csrf: formToken(ports, browser, { form: "device-consent", requestId: userCode }),
    login: browser.session.user.login,
    userCode: renderUserCode(userCode),
    summary: {
      ...(await clientFacts(ports, authorization.clientId, client)),
      server: namedServer(authorization, offered),
    },
    ...(await consentChoices(ports, browser.session.user, { request: authorization, choices: offered })),
    staysConnected: client?.grantTypes.includes("refresh_token") ?? false,
  });
  res.type("html").send(page);
}

/** The server that the device named, or those that this person may use. @throws an error page where there is none */
function serversFor(
  { resourceServers }: Ports,
  { session }: SignedIn,
  { resource }: DeviceAuthorization,
): readonly ResourceServer[] {
  const named = resource === undefined ? undefined : resolveResource(resourceServers, resource)?.server;
  const usable = resourceServers.servers.filter((server) => mayUse(server, session.user));
  const offered = resource === undefined ? usable : usable.filter((server) => server === named);
  if (offered.length === 0) {
    throw pageError(
      "access_denied",
      "Your account may not use the MCP server that the device asked for.",
      "Sign in with another account, or ask the operator. The device goes on waiting for ten minutes.",
    );
  }
  return offered;
}

function namedServer({ resource }: DeviceAuthorization, [server]: readonly ResourceServer[]) {
  return server === undefined || resource === undefined ? undefined : { title: server.title, resource };
}

function approvalOf(
  ports: Ports,
  browser: SignedIn,
  authorization: DeviceAuthorization,
  chosen: readonly string[],
): DeviceApproval {
  const offered = serversFor(ports, browser, authorization);
  const { user, authTime } = browser.session;
  if (authorization.resource !== undefined) {
    return { user, authTime, resource: authorization.resource, scope: authorization.scope };
  }
  const server = offered.find(({ identifiers: [resource] }) => chosen.length === 1 && chosen[0] === resource);
  if (server === undefined) {
    throw pageError("invalid_request", "No MCP server was chosen.", "Go back, choose one, and press Allow again.");
  }
  return { user, authTime, resource: server.identifiers[0], scope: grantableScope(authorization.scope, server) };
}

function overError(): Error {
  return pageError(
    "invalid_request",
    "The device does not wait for this code any more.",
    "Start again on your device: it shows a new code.",
  );
}
