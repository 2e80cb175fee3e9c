import { authRequestHeaders, authResponseHeaders, authResponseHeadersPattern } from "@gateway/forward-auth";
import type { Middleware, Route, RoutingTable } from "../route.ts";
import { originSettings } from "./origins.ts";
import { renderRule } from "./rule.ts";
import { authMiddlewares, authServiceOf, authServices, beforeAuth, selfRouters } from "./towards-auth.ts";

/** A part of Traefik's dynamic configuration. */
export type Section = Record<string, unknown>;

const mcpCors = "mcp-cors";
const mcpAuth = "mcp-auth";

/** Routers, each with an explicit priority: an unset one would be the rule's length. */
export function traefikRouters({ routes }: RoutingTable): Section {
  const routers = routes.map((route) => {
    const own = route.middlewares.map((middleware) => nameOf(middleware, route));
    const towards =
      route.patience === undefined
        ? { middlewares: own, service: route.service }
        : { middlewares: [...own, ...beforeAuth("")], service: authServiceOf(route.patience) };
    const rule = renderRule({ ...route, hosts: [route.host] });
    return [route.name, { entryPoints: ["web"], rule, priority: route.priority, ...towards }];
  });
  return { ...Object.fromEntries(routers), ...selfRouters("") };
}

/** `mcp-cors` and `mcp-auth`, which routes share, those before auth, and those of one route. @param self as a URL */
export function traefikMiddlewares({ routes, corsOrigins }: RoutingTable, self: string): Section {
  return {
    [mcpCors]: { headers: corsHeaders(originSettings(corsOrigins)) },
    [mcpAuth]: { forwardAuth: forwardAuth(`${self}/verify`) },
    ...authMiddlewares(""),
    ...Object.assign({}, ...routes.map(ownMiddlewares)),
  };
}

/** The middlewares that only this route has. */
export function ownMiddlewares(route: Pick<Route, "name" | "middlewares">): Section {
  return Object.fromEntries(
    route.middlewares.flatMap((middleware) => {
      const settings = ownSettings(middleware);
      return settings === undefined ? [] : [[nameOf(middleware, route), settings]];
    }),
  );
}

/** @param self where Traefik asks itself; `words`: what answers in auth's place; both as URLs */
export function traefikServices(
  { services: { auth = "", ...servers } }: RoutingTable,
  { self, words }: { readonly self: string; readonly words: string },
): Section {
  const own = Object.entries(servers).map(([name, url]) => [name, { loadBalancer: { servers: [{ url }] } }]);
  const towardsAuth = Object.entries(authServices({ auth, self, words }, "")).map(([name, { url, ...transport }]) => [
    name,
    { loadBalancer: { servers: [{ url }], ...transport } },
  ]);
  return Object.fromEntries([...towardsAuth, ...own]);
}

/** A middleware's name among those of Traefik. */
export function nameOf({ kind }: Middleware, { name }: Pick<Route, "name">): string {
  if (kind === "cors") return mcpCors;
  if (kind === "forward-auth") return mcpAuth;
  return `${name}-${kind}`;
}

function ownSettings(middleware: Middleware): Section | undefined {
  switch (middleware.kind) {
    case "cors":
    case "forward-auth":
      return undefined;
    case "strip-prefix":
      return { stripPrefix: { prefixes: [middleware.prefix] } };
    case "replace-path":
      return { replacePath: { path: middleware.path } };
    case "set-headers":
      return { headers: { customRequestHeaders: middleware.headers } };
  }
}

/** oauth-wire 13.1, 13.2. `trustForwardHeader: false`: a client must not choose which server is checked. */
export function forwardAuth(address: string): Section {
  return {
    address,
    trustForwardHeader: false,
    authRequestHeaders,
    authResponseHeaders,
    authResponseHeadersRegex: authResponseHeadersPattern,
    // A larger body becomes a bare 401, also where auth said 200; auth's bodies are below 1 KiB.
    maxResponseBodySize: 8192,
  };
}

/** The one owner of CORS on /mcp: what a server says about it itself is removed. */
export function corsHeaders(origins: object): Section {
  return {
    ...origins,
    accessControlExposeHeaders: ["Mcp-Session-Id", "MCP-Protocol-Version", "WWW-Authenticate", "Retry-After"],
    addVaryHeader: true,
    customResponseHeaders: { "Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "" },
  };
}
