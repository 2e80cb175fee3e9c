import type { GatewayConfig, ServerDefinition } from "@gateway/config";
import { stringify } from "yaml";
import type { PublicSite, Routing } from "../identifiers.ts";
import { gatewayLabels } from "./gateway-labels.ts";
import { hasContainer } from "./has-container.ts";
import { containersOf } from "./replicas.ts";
import { nativeService, privateFilesOf, proxyServices } from "./server-service.ts";
import { siteInVariables } from "./site.ts";

const firstLine = "# Rendered from gateway.json by `just render`; a change made here is lost.\n";

/**
 * What compose runs beside compose/gateway.yml: a container, a network and a volume for each server that the gateway runs, or several containers, and
 * the labels of Traefik. Names, ports and secrets are variables and files, so that the text depends on gateway.json alone.
 */
export function renderCompose({ servers }: GatewayConfig, { routing }: { readonly routing: Routing }): string {
  const site = siteInVariables(routing);
  const run = servers.filter((server) => server.enabled && hasContainer(server));
  const document = {
    services: { traefik: { labels: gatewayLabels(site) }, ...merged(run, (server) => servicesOf(server, site)) },
    networks: merged(run, ({ name }) => ({ [name]: { labels: { "gateway.server": name } } })),
    volumes: merged(run, (server) => Object.fromEntries(containersOf(server).map((container) => [container, {}]))),
    secrets: Object.fromEntries(run.flatMap(secretFiles)),
  };
  return firstLine + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

function merged(
  servers: readonly ServerDefinition[],
  partsOf: (server: ServerDefinition) => Record<string, unknown>,
): Record<string, unknown> {
  return Object.assign({}, ...servers.map(partsOf));
}

function servicesOf(server: ServerDefinition, site: PublicSite): Record<string, unknown> {
  if (server.kind === "stdio") return proxyServices(server, site);
  return { [server.name]: nativeService(server, site) };
}

function secretFiles(server: ServerDefinition): [string, { readonly file: string }][] {
  if (server.kind !== "stdio") return [];
  return Object.keys(privateFilesOf(server)).map((file) => [
    `${server.name}-${file}`,
    { file: `\${GATEWAY_RUN_DIR}/servers/${server.name}/${file}` },
  ]);
}
