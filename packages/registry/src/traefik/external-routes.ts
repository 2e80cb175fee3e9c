import type { GatewayConfig, HttpServer } from "@gateway/config";
import { stringify } from "yaml";
import type { PublicSite } from "../identifiers.ts";
import { withoutTemplates } from "./render-traefik.ts";
import { serverSection } from "./server-section.ts";

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
  const endpoint = new URL(server.url);
  const services = { [server.name]: { loadBalancer: { servers: [{ url: endpoint.origin }] } } };
  return { ...serverSection(server, site, endpoint, ""), services };
}
