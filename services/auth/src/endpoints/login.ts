import type { PendingAuthorization } from "@gateway/store";
import type { RequestHandler, Response } from "express";
import { refuseClient, summarize } from "../authorization-flow.ts";
import { type Browser, identifyBrowser } from "../browser/browser.ts";
import { formToken, requireFormToken } from "../browser/form-token.ts";
import { randomToken } from "../digest.ts";
import { hasPrompt } from "../domain/authorization-request.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { maySignIn } from "../domain/policy.ts";
import { pageError } from "../errors.ts";
import { type LoginView, renderLogin } from "../pages/login.ts";
import { beginPending, findPending, keepPending } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";
import type { RateLimit } from "../rate-limit.ts";
import { sealSignIn } from "../sealed-sign-in.ts";
import { askProvider, completeSignIn } from "../sign-in.ts";
import type { UpstreamPrompt, UpstreamProvider } from "../upstream/provider.ts";

/** Ways to sign in, the local page apart. */
type Providers = readonly UpstreamProvider[];

/** The sign-in page: for a client that waits, or alone. */
export function loginPage(ports: Ports, providers: Providers): RequestHandler {
  return async (req, res) => {
    const browser = await identifyBrowser(ports, req, res);
    const id = readParameters(req.query).get("request");
    const pending = id === undefined ? undefined : await findPending(ports, browser, id);
    showLogin(await loginView(ports, providers, browser, pending), res);
  };
}

/** What was pressed there. */
export function login(ports: Ports, providers: Providers, countSignIn: RateLimit): RequestHandler {
  return async (req, res) => {
    const form = readParameters(req.body);
    const browser = await identifyBrowser(ports, req, res);
    const requestId = form.get("request");
    requireFormToken(ports, browser, { form: "login", requestId }, { req, form });
    const pending = requestId === undefined ? undefined : await findPending(ports, browser, requestId);
    if (pending === undefined) await countSignIn(req.ip ?? ""); // for a client it was counted when the client asked
    await act(ports, providers, { browser, pending, form, res });
  };
}

interface LoginPost {
  readonly browser: Browser;
  readonly pending: PendingAuthorization | undefined;
  readonly form: Parameters;
  readonly res: Response;
}

async function act(ports: Ports, providers: Providers, post: LoginPost): Promise<void> {
  const { pending, form, res } = post;
  const action = form.get("action");
  const provider = providers.find(({ id }) => id === action);
  if (provider !== undefined) return await goToProvider(ports, provider, post);
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

/** To a provider, with a state, a PKCE verifier and a nonce that are made only now, after the click (security.md 12). */
async function goToProvider(
  ports: Ports,
  provider: UpstreamProvider,
  { browser, pending: waiting, res }: LoginPost,
): Promise<void> {
  const pending: PendingAuthorization = waiting ?? (await beginPending(ports, browser, {}));
  const state = `${pending.id}.${randomToken()}`;
  const prompt = promptOf(pending, browser);
  const { location, checks } = await askProvider(provider, () => provider.begin({ state, prompt }));
  await keepPending(ports, { ...pending, upstreamSignIn: sealSignIn(browser, provider.id, checks) });
  res.redirect(303, location);
}

function promptOf({ request }: PendingAuthorization, { session }: Browser): UpstreamPrompt | undefined {
  if (hasPrompt(request?.prompt, "login")) return "login";
  // Who is signed in already came here to be somebody else.
  return hasPrompt(request?.prompt, "select_account") || session !== undefined ? "select_account" : undefined;
}

/** Decision 18: a name and a button, no password. */
async function signInLocally(ports: Ports, { browser, pending, form, res }: LoginPost): Promise<void> {
  const name = form.get("username")?.trim() ?? "";
  const user = { sub: `local|${name}`, login: name };
  if (maySignIn(ports.config, user)) return await completeSignIn(ports, browser, { user, pending }, res);
  ports.metrics.signedIn(user.sub, "refused");
  ports.logger.warn("local sign-in refused: not on the list", { login: name });
  const problem = "This name may not sign in here. GATEWAY_LOCAL_USERS lists those that may.";
  res.status(403);
  showLogin({ ...(await loginView(ports, [], browser, pending)), problem }, res);
}

async function loginView(
  ports: Ports,
  providers: Providers,
  browser: Browser,
  pending: PendingAuthorization | undefined,
): Promise<LoginView> {
  return {
    csrf: formToken(ports, browser, { form: "login", requestId: pending?.id }),
    requestId: pending?.id,
    summary: pending?.request && (await summarize(ports, { ...pending, request: pending.request })),
    signedInAs: browser.session?.user.login,
    providers,
    localUser: ports.config.localLogin?.users[0],
  };
}

function showLogin(view: LoginView, res: Response): void {
  res.type("html").send(renderLogin(view));
}
