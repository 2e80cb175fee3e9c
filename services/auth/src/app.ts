import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { documentationPath } from "./domain/authorization-server-metadata.ts";
import { accountPage, revokeAccess, signOutEverywhere } from "./endpoints/account.ts";
import { apiDescription } from "./endpoints/api-description.ts";
import { authorization } from "./endpoints/authorization.ts";
import { authorizationServerMetadata } from "./endpoints/authorization-server-metadata.ts";
import { callback } from "./endpoints/callback.ts";
import { clientConfiguration } from "./endpoints/client-configuration.ts";
import { clientLogo } from "./endpoints/client-logo.ts";
import { consent, consentPage } from "./endpoints/consent.ts";
import { deviceConsent, deviceEntry, devicePage } from "./endpoints/device.ts";
import { deviceAuthorization } from "./endpoints/device-authorization.ts";
import { endedTokens } from "./endpoints/ended-tokens.ts";
import { errorPage } from "./endpoints/error.ts";
import { home } from "./endpoints/home.ts";
import { introspection } from "./endpoints/introspection.ts";
import { jwks } from "./endpoints/jwks.ts";
import { knownHost } from "./endpoints/known-host.ts";
import { login, loginPage } from "./endpoints/login.ts";
import { logout } from "./endpoints/logout.ts";
import { notFound } from "./endpoints/not-found.ts";
import { openCors } from "./endpoints/open-cors.ts";
import { makeToken, tokensPage } from "./endpoints/personal-tokens.ts";
import { preflight } from "./endpoints/preflight.ts";
import { protectedResourceMetadata } from "./endpoints/protected-resource-metadata.ts";
import { registration } from "./endpoints/registration.ts";
import { revocation } from "./endpoints/revocation.ts";
import { success } from "./endpoints/success.ts";
import { token } from "./endpoints/token.ts";
import { errorHandler, OAuthError } from "./errors.ts";
import { pageHeaders } from "./page-headers.ts";
import { icon } from "./pages/icon.ts";
import { stylesheet } from "./pages/stylesheet.ts";
import type { Ports } from "./ports.ts";
import { rateLimit } from "./rate-limit.ts";
import { requestLog } from "./request-log.ts";
import { configuredProviders } from "./upstream/providers.ts";

const bodyLimit = "16kb";
const configurationPath = "/register/:clientId";
const configurationMethods = "GET, PUT, DELETE, OPTIONS";

/** The authorization server over HTTP, all of it except `/verify` and `/health`: the routes in order. */
export function createApp(ports: Ports): Express {
  const app = express();
  app.disable("x-powered-by");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", "simple"); // a name twice is a list, and nothing else nests
  // X-Forwarded-For: its last entry is who called the edge, the one before it who called the balancer before that.
  app.set("trust proxy", ports.config.proxyHops);

  app.use(requestLog(ports));
  app.use(preflight(ports));
  app.all(
    ["/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/*path"],
    authorizationServerMetadata(ports),
  );
  app.all(
    ["/.well-known/openid-configuration", "/.well-known/openid-configuration/*path"],
    authorizationServerMetadata(ports),
  );
  app.all(
    ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/*path"],
    protectedResourceMetadata(ports),
  );
  app.all(["/jwks", "/.well-known/jwks.json"], jwks(ports));
  app.post("/revocations", notStored, express.json({ limit: "64kb" }), endedTokens(ports));
  app.all("/revocations", notStored, allowOnly("POST"));
  app.use(knownHost(ports));

  const form = express.urlencoded({ extended: false, limit: bodyLimit, parameterLimit: 50 });
  const shared = { form, limited: limitRequests(ports) };
  addProtocol(app, ports, shared);
  addPages(app, ports, shared);
  app.get("/assets/style.css", asset("text/css", stylesheet));
  app.get("/assets/logos/:sealed", clientLogo(ports));
  app.get("/assets/icon.svg", asset("image/svg+xml", icon));

  app.use(notFound(ports));
  app.use(errorHandler(ports));
  return app;
}

/** Middleware that is made once. */
interface Shared {
  readonly form: RequestHandler;
  readonly limited: RequestHandler;
}

/** What clients call (oauth-wire 6, 11). */
function addProtocol(app: Express, ports: Ports, { form, limited }: Shared): void {
  const protocol = (methods = "POST, OPTIONS") => [openCors(methods), notStored, limited];
  const json = express.text({ type: ["application/json", "+json"], limit: bodyLimit });
  if (ports.resourceServers.registration !== false) {
    app.post("/register", ...protocol(), json, registration(ports));
    app.all("/register", ...protocol(), allowOnly("POST, OPTIONS"));
  }
  const configured = clientConfiguration(ports);
  app.get(configurationPath, ...protocol(configurationMethods), configured.read);
  app.put(configurationPath, ...protocol(configurationMethods), json, configured.update);
  app.delete(configurationPath, ...protocol(configurationMethods), configured.remove);
  app.all(configurationPath, ...protocol(configurationMethods), allowOnly(configurationMethods));
  app.post("/token", ...protocol(), form, token(ports));
  app.post("/revoke", ...protocol(), form, revocation(ports));
  app.post("/device_authorization", ...protocol(), form, deviceAuthorization(ports));
  app.post("/introspect", notStored, limited, form, introspection(ports));
  app.all("/introspect", notStored, allowOnly("POST"));
  app.all(["/token", "/revoke", "/device_authorization"], ...protocol(), allowOnly("POST, OPTIONS"));
}

/** What people see in their browsers. */
function addPages(app: Express, ports: Ports, { form, limited }: Shared): void {
  const { issuer, signInRateLimit, globalRateFactor } = ports.config;
  const page = [...pageHeaders(issuer), limited];
  const countSignIn = rateLimit("sign-ins", signInRateLimit, globalRateFactor); // one count, wherever a sign-in begins
  app.get("/", page, home(ports));
  app.get("/authorize", page, authorization(ports, countSignIn));
  app.post("/authorize", page, form, authorization(ports, countSignIn));
  const providers = configuredProviders(ports);
  app.get("/login", page, loginPage(ports, providers));
  app.post("/login", page, form, login(ports, providers, countSignIn));
  for (const provider of providers) app.get(provider.callbackPath, page, callback(ports, provider));
  const described = apiDescription({ ...ports, callbackPaths: providers.map(({ callbackPath }) => callbackPath) });
  app.get(documentationPath, page, described.page);
  app.all("/openapi.json", openCors("GET, HEAD, OPTIONS"), limited, described.openApi);
  app.get("/consent", page, consentPage(ports));
  app.post("/consent", page, form, consent(ports));
  app.get("/device", page, devicePage(ports, countSignIn));
  app.post("/device", page, form, deviceEntry(ports));
  app.post("/device/consent", page, form, deviceConsent(ports));
  app.get("/account", page, accountPage(ports, countSignIn));
  app.post("/account/revoke", page, form, revokeAccess(ports));
  app.post("/account/sign-out-everywhere", page, form, signOutEverywhere(ports));
  app.get("/account/tokens", page, tokensPage(ports, countSignIn));
  app.post("/account/tokens", page, form, makeToken(ports));
  app.post("/logout", page, form, logout(ports));
  app.get("/success", page, success());
  app.get("/error", page, errorPage());
}

/** One count of all requests to pages and endpoints. Public documents are not among them: caches and proxies ask for those. */
function limitRequests({ config }: Ports): RequestHandler {
  const countRequest = rateLimit("requests", config.requestRateLimit, config.globalRateFactor);
  return async (req, _res, next) => {
    await countRequest(req.ip ?? "");
    next();
  };
}

function notStored(_req: Request, res: Response, next: NextFunction): void {
  res.set({ "Cache-Control": "no-store", Pragma: "no-cache", "X-Content-Type-Options": "nosniff" });
  next();
}

function allowOnly(methods: string): RequestHandler {
  return () => {
    throw new OAuthError("method_not_allowed", `Use ${methods}.`, { to: "caller", headers: { Allow: methods } });
  };
}

function asset(mediaType: string, text: string): RequestHandler {
  return (_req, res) => {
    res.set({ "Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff" }).type(mediaType).send(text);
  };
}
