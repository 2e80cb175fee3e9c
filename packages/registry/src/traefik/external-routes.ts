import type { GatewayConfig, HttpServer } from "@gateway/config";
import { hasContainer } from "../compose/has-container.ts";
import type { PublicSite } from "../identifiers.ts";
import { renderFile } from "./render-traefik.ts";
import { serverSection } from "./server-section.ts";

/**
 * The routes of servers that run elsewhere, for Traefik's file provider beside that for Docker: they have no container that could
 * carry labels. Not to be committed: it holds the headers that such a server is given.
 */
export function renderExternalRoutes({ servers }: GatewayConfig, site: PublicSite): string {
  const external = servers.flatMap((server) =>
    server.enabled && server.kind === "http" && !hasContainer(server) ? [partsOf(server, site)] : [],
  );
  if (external.length === 0) return renderFile({});
  return renderFile({
    routers: Object.assign({}, ...external.map(({ routers }) => routers)),
    middlewares: Object.assign({}, ...external.map(({ middlewares }) => middlewares)),
    services: Object.assign({}, ...external.map(({ services }) => services)),
  });
}

function partsOf(server: HttpServer, site: PublicSite) {
  const endpoint = new URL(server.url);
  const services = { [server.name]: { loadBalancer: { servers: [{ url: endpoint.origin }] } } };
  return { ...serverSection(server, site, endpoint, ""), services };
}
