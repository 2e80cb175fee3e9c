import { authPatience } from "@gateway/forward-auth";
import { authRoutes } from "../auth-routes.ts";
import { authHostOf, type PublicSite } from "../identifiers.ts";
import { priorities, wellKnown } from "../routing-table-of.ts";
import { corsHeaders, forwardAuth, type Section } from "../traefik/dynamic.ts";
import { renderRule } from "../traefik/rule.ts";
import { authMiddlewares, authServiceOf, authServices, beforeAuth, selfRouters } from "../traefik/towards-auth.ts";
import { renderLabels } from "./labels.ts";
import { literal } from "./literal.ts";
import { authUrl, awayUrl, selfUrl } from "./site.ts";

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
      services: services(),
    },
  });
}

function services(): Section {
  const all = authServices({ auth: authUrl, self: selfUrl, words: awayUrl }, "@file");
  return Object.fromEntries(
    Object.entries(all).map(([name, { url, ...transport }]) => [
      name,
      { loadBalancer: { server: { url }, ...transport } },
    ]),
  );
}

/** Names with a _ in them, which no server has. */
function gatewayRouters(site: PublicSite): Section {
  const toAuth = (patience: number, ...before: readonly string[]) => ({
    service: authServiceOf(patience),
    middlewares: [...before.map((name) => `${name}@docker`), ...beforeAuth("@docker")],
  });
  const { alone, asking } = authPatience;
  const open = ["rate-limit", "security-headers"];
  return {
    auth: {
      rule: renderRule({ hosts: [authHostOf(site)], paths: authRoutes }),
      priority: priorities.auth,
      ...toAuth(asking, ...open),
    },
    auth_metadata: {
      rule: renderRule({ paths: wellKnown }),
      priority: priorities.wellKnown,
      ...toAuth(alone, ...open),
    },
    // auth's answer to a preflight is whole: a headers middleware would answer in its place (decision 29).
    auth_preflight: { rule: preflightRule(site), priority: priorities.preflight, ...toAuth(alone, "rate-limit") },
    // The entry point that only servers' networks reach: what a proxy asks of auth, and nothing else (decision 6).
    auth_proxies: {
      rule: "Path(`/jwks`) || Path(`/revocations`)",
      priority: priorities.server,
      ...toAuth(alone),
      entryPoints: "internal",
    },
    ...selfRouters("@docker"),
  };
}

function preflightRule(site: PublicSite): string {
  if (site.routing === "subdomain") return renderRule({ paths: [{ path: "/mcp", prefix: true }], method: "OPTIONS" });
  return literal("Method(`OPTIONS`) && PathRegexp(`^(/[a-z0-9-]+)?/mcp(/|$)`)");
}

function middlewares(): Section {
  const auth = forwardAuth(`${selfUrl}/verify`);
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
    // While a server's container starts anew: for some seconds, and only where no connection could be made, so that nobody is asked twice.
    retry: { retry: { attempts: 8, initialInterval: "300ms" } },
    ...authMiddlewares("@docker"),
  };
}

/** Computed by `just up` from MCP_CORS_ORIGINS; none by default. */
const origins = {
  accessControlAllowOriginList: "${GATEWAY_CORS_ORIGINS:-}",
  accessControlAllowOriginListRegex: "${GATEWAY_CORS_PATTERNS:-}",
};
