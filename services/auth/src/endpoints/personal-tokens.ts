import type { RequestHandler, Response } from "express";
import { describeGrantsOf } from "../account-access.ts";
import { identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { findSession, requireSession, type SignedIn } from "../browser/signed-in.ts";
import { readParameters } from "../domain/parameters.ts";
import { checkPersonalTokenRequest, personalTokenProblems } from "../domain/personal-token.ts";
import { mayUse } from "../domain/policy.ts";
import { renderNewToken, renderTokens } from "../pages/tokens.ts";
import { issuePersonalToken } from "../personal-token.ts";
import type { Ports } from "../ports.ts";
import type { RateLimit } from "../rate-limit.ts";

/** The personal access tokens of whoever is signed in. */
export function tokensPage(ports: Ports, countSignIn: RateLimit): RequestHandler {
  return async (req, res) => {
    const browser = await findSession(ports, { req, res, countSignIn }, "/account/tokens");
    if (browser !== undefined) await showTokens(ports, browser, res);
  };
}

/** Makes one, and shows it this once. */
export function makeToken(ports: Ports): RequestHandler {
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = requireSession(await identifyBrowser(ports, req, res));
    requireFormToken(ports, browser, { form: "tokens" }, { req, form });
    const grants = await ports.store.grants.ofUser(browser.session.user.sub);
    const asked = checkPersonalTokenRequest(form, { usable: usableServers(ports, browser), grants });
    if (!asked.ok) {
      res.status(400);
      return await showTokens(ports, browser, res, personalTokenProblems[asked.refusal]);
    }
    const token = await issuePersonalToken(ports, browser.session, asked.value);
    res.type("html").send(renderNewToken({ ...asked.value, token }));
  };
}

function usableServers({ resourceServers }: Ports, { session }: SignedIn) {
  return resourceServers.servers.filter((server) => mayUse(server, session.user));
}

async function showTokens(ports: Ports, browser: SignedIn, res: Response, problem?: string): Promise<void> {
  const { tokens } = await describeGrantsOf(ports, browser.session.user);
  const servers = usableServers(ports, browser).map(({ title, identifiers: [resource], limitsTools = false }) => ({
    title,
    resource,
    limitsTools,
  }));
  const page = renderTokens({
    csrf: formToken(ports, browser, { form: "tokens" }),
    revokeCsrf: formToken(ports, browser, { form: "account" }),
    tokens,
    servers,
    ...(problem === undefined ? {} : { problem }),
  });
  res.type("html").send(page);
}
