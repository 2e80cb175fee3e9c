import { authRoutes } from "../auth-routes.ts";
import { authHostOf, type PublicSite } from "../identifiers.ts";
import { priorities, wellKnown } from "../routing-table-of.ts";
import { corsHeaders, forwardAuth, type Section } from "../traefik/dynamic.ts";
import { renderRule } from "../traefik/rule.ts";
import { renderLabels } from "./labels.ts";
import { literal } from "./literal.ts";
import { authUrl } from "./site.ts";

/**
 * The labels of Traefik's own container: auth's routes, and every middleware that routes share (decision 31: one that is
 * declared on a container vanishes with it, and the routers that name it are dropped). Routes that do not depend on a server
 * stay while a server's container is away: metadata and preflight go to auth on every host, which knows its hosts.
 */
export function gatewayLabels(site: PublicSite): Record<string, string> {
  return renderLabels({
    enable: true,
    http: {
      routers: gatewayRouters(site),
      middlewares: middlewares(),
      services: { auth: { loadBalancer: { server: { url: authUrl } } } },
    },
  });
}

function gatewayRouters(site: PublicSite): Section {
  const toAuth = { service: "auth" };
  const open = { ...toAuth, middlewares: ["rate-limit@docker", "security-headers@docker"] };
  return {
    auth: { rule: renderRule({ hosts: [authHostOf(site)], paths: authRoutes }), priority: priorities.auth, ...open },
    metadata: { rule: renderRule({ paths: wellKnown }), priority: priorities.wellKnown, ...open },
    // auth's answer to a preflight is whole: a headers middleware would answer in its place (decision 29).
    preflight: {
      rule: preflightRule(site),
      priority: priorities.preflight,
      ...toAuth,
      middlewares: ["rate-limit@docker"],
    },
    // The entry point that only servers' networks reach: what a proxy asks of auth, and nothing else (decision 6).
    proxies: {
      rule: "Path(`/jwks`) || Path(`/revocations`)",
      priority: priorities.server,
      ...toAuth,
      entryPoints: "internal",
    },
  };
}

function preflightRule(site: PublicSite): string {
  if (site.routing === "subdomain") return renderRule({ paths: [{ path: "/mcp", prefix: true }], method: "OPTIONS" });
  return literal("Method(`OPTIONS`) && PathRegexp(`^(/[a-z0-9-]+)?/mcp(/|$)`)");
}

function middlewares(): Section {
  const auth = forwardAuth(`${authUrl}/verify`);
  return {
    "mcp-cors": { headers: corsHeaders(origins) },
    "mcp-auth": {
      forwardAuth: { ...auth, authResponseHeadersRegex: literal(String(auth.authResponseHeadersRegex)) },
    },
    "security-headers": {
      headers: { stsSeconds: 31_536_000, contentTypeNosniff: true, referrerPolicy: "no-referrer" },
    },
    // Requests a second from one address. Beyond it: 429 with Retry-After.
    "rate-limit": {
      rateLimit: {
        average: "${RATE_LIMIT_AVERAGE:-100}",
        burst: "${RATE_LIMIT_BURST:-200}",
        // Behind a balancer all come from its address: then it is the last that it says (computed by `just up`).
        sourceCriterion: { ipStrategy: { depth: "${GATEWAY_RATE_LIMIT_DEPTH:-0}" } },
      },
    },
    // Only where no connection to a server could be made, so that none is asked twice: for some seconds in all, which is what a
    // container takes to start anew.
    retry: { retry: { attempts: 8, initialInterval: "300ms" } },
  };
}

/** Computed by `just up` from MCP_CORS_ORIGINS; none by default. */
const origins = {
  accessControlAllowOriginList: "${GATEWAY_CORS_ORIGINS:-}",
  accessControlAllowOriginListRegex: "${GATEWAY_CORS_PATTERNS:-}",
};
