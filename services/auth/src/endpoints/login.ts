import type { PendingAuthorization } from "@gateway/store";
import type { Request, RequestHandler, Response } from "express";
import { refuseClient, summarize } from "../authorization-flow.ts";
import { type Browser, identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { randomToken } from "../digest.ts";
import { hasPrompt } from "../domain/authorization-request.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { maySignIn, namedMemberships } from "../domain/policy.ts";
import { pageError } from "../errors.ts";
import { renderLogin } from "../pages/login.ts";
import { beginPending, findPending, keepPending } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";
import { completeSignIn } from "../sign-in.ts";
import { beginGitHubSignIn } from "../upstream/github.ts";

/** The sign-in page: for a client that waits, or alone. */
export function loginPage(ports: Ports): RequestHandler {
  return async (req, res) => {
    const browser = await identifyBrowser(ports, req, res);
    const id = readParameters(req.query).get("request");
    await showLogin(ports, browser, id === undefined ? undefined : await findPending(ports, browser, id), res);
  };
}

/** What was pressed there. */
export function login(ports: Ports): RequestHandler {
  const countSignIn = rateLimit("sign-ins", ports.config.signInRateLimit);
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = await identifyBrowser(ports, req, res);
    const requestId = form.get("request");
    requireFormToken(ports, browser, { form: "login", requestId }, { req, form });
    const pending = requestId === undefined ? undefined : await findPending(ports, browser, requestId);
    if (pending === undefined) await countSignIn(req.ip ?? ""); // for a client it was counted when the client asked
    await act(ports, { browser, pending, form, req, res });
  };
}

interface LoginPost {
  readonly browser: Browser;
  readonly pending: PendingAuthorization | undefined;
  readonly form: Parameters;
  readonly req: Request;
  readonly res: Response;
}

async function act(ports: Ports, post: LoginPost): Promise<void> {
  const { pending, form, res } = post;
  const action = form.get("action");
  if (action === "github" && ports.config.github) return await goToGitHub(ports, ports.config.github, post);
  if (action === "local" && ports.config.localLogin) return await signInLocally(ports, post);
  if (action !== "cancel")
    throw pageError("invalid_request", "There is no such way to sign in here.", "Go back and try again.");
  if (pending?.request === undefined) return res.redirect(303, "/");
  await refuseClient(
    ports,
    { ...pending, request: pending.request },
    "access_denied",
    "the user cancelled the sign-in",
  );
}

/** To GitHub, with a state and a PKCE verifier that are made only now, after the click (security.md 12). */
async function goToGitHub(
  ports: Ports,
  github: NonNullable<Ports["config"]["github"]>,
  { browser, pending: waiting, res }: LoginPost,
): Promise<void> {
  const pending: PendingAuthorization = waiting ?? (await beginPending(ports, browser, {}));
  const prompt = pending.request?.prompt;
  const wantsAnother = hasPrompt(prompt, "login") || hasPrompt(prompt, "select_account");
  const state = `${pending.id}.${randomToken()}`;
  const { location, codeVerifier } = await beginGitHubSignIn(github, {
    callbackUrl: `${ports.config.issuer}/callback`,
    state,
    named: namedMemberships(ports.resourceServers.servers),
    choosesAccount: wantsAnother || browser.session !== undefined,
  });
  await keepPending(ports, { ...pending, upstream: { state, codeVerifier } });
  res.redirect(303, location);
}

/** Decision 18: a name and a button, no password. */
async function signInLocally(ports: Ports, { browser, pending, form, res }: LoginPost): Promise<void> {
  const name = form.get("username")?.trim() ?? "";
  const user = { sub: `local|${name}`, login: name };
  if (maySignIn(ports.config, user)) return await completeSignIn(ports, browser, { user, pending }, res);
  ports.logger.warn("local sign-in refused: not on the list", { login: name });
  res.status(403);
  await showLogin(
    ports,
    browser,
    pending,
    res,
    "This name may not sign in here. GATEWAY_LOCAL_USERS lists those that may.",
  );
}

async function showLogin(
  ports: Ports,
  browser: Browser,
  pending: PendingAuthorization | undefined,
  res: Response,
  problem?: string,
): Promise<void> {
  const { github, localLogin } = ports.config;
  const summary = pending?.request && (await summarize(ports, { ...pending, request: pending.request }));
  const page = renderLogin({
    csrf: formToken(ports, browser, { form: "login", requestId: pending?.id }),
    requestId: pending?.id,
    summary,
    signedInAs: browser.session?.user.login,
    hasGitHub: github !== undefined,
    localUser: localLogin?.users[0],
    ...(problem === undefined ? {} : { problem }),
  });
  res.type("html").send(page);
}
