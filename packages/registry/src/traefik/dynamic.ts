import { authRequestHeaders, authResponseHeaders, authResponseHeadersPattern } from "@gateway/forward-auth";
import type { Middleware, Route, RoutingTable } from "../route.ts";
import { originSettings } from "./origins.ts";
import { renderRule } from "./rule.ts";

/** A part of Traefik's dynamic configuration. */
export type Section = Record<string, unknown>;

const mcpCors = "mcp-cors";
const mcpAuth = "mcp-auth";

/** Routers, each with an explicit priority: an unset one would be the rule's length. */
export function traefikRouters({ routes }: RoutingTable): Section {
  return Object.fromEntries(
    routes.map((route) => [
      route.name,
      {
        entryPoints: ["web"],
        rule: renderRule({ ...route, hosts: [route.host] }),
        priority: route.priority,
        ...(route.middlewares.length === 0
          ? {}
          : { middlewares: route.middlewares.map((middleware) => nameOf(middleware, route)) }),
        service: route.service,
      },
    ]),
  );
}

/** `mcp-cors` and `mcp-auth`, which routes share, and those of one route. */
export function traefikMiddlewares({ routes, verifyUrl, corsOrigins }: RoutingTable): Section {
  return {
    [mcpCors]: { headers: corsHeaders(originSettings(corsOrigins)) },
    [mcpAuth]: { forwardAuth: forwardAuth(verifyUrl) },
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

export function traefikServices({ services }: RoutingTable): Section {
  return Object.fromEntries(
    Object.entries(services).map(([name, url]) => [name, { loadBalancer: { servers: [{ url }] } }]),
  );
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
