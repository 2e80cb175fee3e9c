import type { GatewayConfig, HttpServer } from "@gateway/config";
import { stringify } from "yaml";
import { type PublicSite, publicAddressOf } from "../identifiers.ts";
import { priorities, towardsServer } from "../routing-table-of.ts";
import { nameOf, ownMiddlewares } from "./dynamic.ts";
import { withoutTemplates } from "./render-traefik.ts";
import { renderRule } from "./rule.ts";
import { serverMiddlewares } from "./server-middlewares.ts";

/**
 * The routes of servers that run elsewhere, for Traefik's file provider beside that for Docker: they have no container that could
 * carry labels. Not to be committed: it holds the headers that such a server is given.
 */
export function renderExternalRoutes({ servers }: GatewayConfig, site: PublicSite): string {
  const external = servers.flatMap((server) =>
    server.enabled && server.kind === "http" && server.run === undefined ? [partsOf(server, site)] : [],
  );
  if (external.length === 0) return firstLine;
  const http = {
    routers: Object.assign({}, ...external.map(({ routers }) => routers)),
    middlewares: Object.assign({}, ...external.map(({ middlewares }) => middlewares)),
    services: Object.assign({}, ...external.map(({ services }) => services)),
  };
  const options = { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  return firstLine + withoutTemplates(stringify({ http }, options));
}

const firstLine = "# Rendered from gateway.json; a change made here is lost.\n";

function partsOf(server: HttpServer, site: PublicSite) {
  const { name } = server;
  const endpoint = new URL(server.url);
  const { host, path } = publicAddressOf(name, site);
  const own = serverMiddlewares(name, site, towardsServer(server, endpoint));
  const shared = own.shared.map((middleware) => `${middleware}@docker`);
  const router = {
    rule: renderRule({ host, paths: [{ path, prefix: true }] }),
    priority: priorities.server,
    middlewares: [...shared, ...own.middlewares.map((middleware) => nameOf(middleware, own))],
    service: name,
  };
  return {
    routers: { [name]: router },
    middlewares: ownMiddlewares(own),
    services: { [name]: { loadBalancer: { servers: [{ url: endpoint.origin }] } } },
  };
}
