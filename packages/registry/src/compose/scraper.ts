import type { GatewayConfig } from "@gateway/config";
import { stringify } from "yaml";
import { containersOf } from "./replicas.ts";

/**
 * A compose file that puts a service called scraper onto the networks where metrics are: auth's, and that of each server with a proxy. It
 * is of another project than the stack, so that `just up` does not take it for a container that was left over.
 * @param project the stack's name
 */
export function renderScraperNetworks(config: GatewayConfig, project: string): string {
  const names = { front: `${project}-front`, ...namesOfNetworks(config, project) };
  const networks = Object.entries(names).map(([network, name]) => [network, { name, external: true }]);
  const services = { scraper: { networks: Object.keys(names) } };
  return firstLine + stringify({ services, networks: Object.fromEntries(networks) });
}

/** The targets there, as Prometheus reads them from a file (`file_sd_configs`). Metrics themselves do not say whose they are. */
export function renderScrapeTargets(config: GatewayConfig, port: number): string {
  const ofServers = withProxy(config).map((server) => ({
    targets: containersOf(server).map((container) => `${container}:${port}`),
    labels: { service: "proxy", server: server.name },
  }));
  return JSON.stringify([{ targets: [`auth:${port}`], labels: { service: "auth" } }, ...ofServers], undefined, 2);
}

const firstLine = "# Rendered by `just up`; a change made here is lost.\n";

function namesOfNetworks(config: GatewayConfig, project: string): Record<string, string> {
  return Object.fromEntries(withProxy(config).map(({ name }) => [name, `${project}_${name}`]));
}

function withProxy({ servers }: GatewayConfig) {
  return servers.filter((server) => server.enabled && server.kind === "stdio");
}
