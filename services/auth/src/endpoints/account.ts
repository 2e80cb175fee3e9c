import type { RequestHandler } from "express";
import { describeGrantsOf } from "../account-access.ts";
import { endSession, identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { findSession, requireSession } from "../browser/signed-in.ts";
import { readParameters } from "../domain/parameters.ts";
import { isPersonalToken } from "../domain/personal-token.ts";
import { pageError } from "../errors.ts";
import { renderAccount } from "../pages/account.ts";
import type { Ports } from "../ports.ts";
import type { RateLimit } from "../rate-limit.ts";

/** Who is signed in, and which clients may use what in their name. */
export function accountPage(ports: Ports, countSignIn: RateLimit): RequestHandler {
  return async (req, res) => {
    const browser = await findSession(ports, { req, res, countSignIn }, "/account");
    if (browser === undefined) return;
    const { user } = browser.session;
    const { clients, tokens } = await describeGrantsOf(ports, user);
    const csrf = formToken(ports, browser, { form: "account" });
    res.type("html").send(renderAccount({ csrf, login: user.login, clients, tokenCount: tokens.length }));
  };
}

/** Ends one grant of the person's own, a client's or a personal token's. */
export function revokeAccess(ports: Ports): RequestHandler {
  const { store, metrics, logger } = ports;
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = requireSession(await identifyBrowser(ports, req, res));
    requireFormToken(ports, browser, { form: "account" }, { req, form });
    const { user } = browser.session;
    const grant = (await store.grants.ofUser(user.sub)).find(({ grantId }) => grantId === form.get("grant"));
    if (grant === undefined) {
      throw pageError("invalid_request", "This access has ended already.", "Go back and reload the page.");
    }
    await store.grants.revoke(grant.grantId);
    metrics.revoked("user");
    logger.info("access revoked by its user", { user: user.sub, clientId: grant.clientId, resource: grant.resource });
    res.redirect(303, isPersonalToken(grant) ? "/account/tokens" : "/account");
  };
}

/** Ends all of the person's browser sessions, grants, personal tokens and consents. */
export function signOutEverywhere(ports: Ports): RequestHandler {
  return async (req, res) => {
    const browser = requireSession(await identifyBrowser(ports, req, res));
    requireFormToken(ports, browser, { form: "account" }, { req, form: readParameters(req.body) });
    const { user } = browser.session;
    const ended = await ports.store.grants.revokeUser(user.sub);
    await endSession(ports, browser, res);
    ports.metrics.revoked("user", ended.length);
    ports.logger.info("signed out everywhere", { user: user.sub, grants: ended.length });
    res.redirect(303, "/");
  };
}
