import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fillPlaceholders, type GatewayConfig, type ServerDefinition } from "@gateway/config";
import { addressesOf, type RoutingTable, renderTraefik, resourceServersOf, routingTableOf } from "@gateway/registry";
import { type DataDir, writePrivately } from "./data-dir.ts";
import type { GatewayStatus } from "./domain/server-state.ts";
import type { Service } from "./gateway.ts";
import { operatorSocketPath, ownFolder } from "./operator-socket.ts";
import { freePorts } from "./ports.ts";
import { authProcess, edgeProcess, nativeProcess, proxyProcess, traefikProcess } from "./processes.ts";
import { portOf } from "./readiness.ts";
import type { ServerProcess } from "./running-server.ts";
import type { Settings } from "./settings.ts";
import type { ProcessSpec } from "./supervised.ts";

/** Everything that is to run, and where. */
export interface GatewayPlan {
  readonly auth: Service;
  readonly edge: Service;
  readonly servers: readonly PlannedServer[];
  /** Seconds. */
  readonly startupTimeout: number;
  readonly about: Pick<GatewayStatus, "url" | "dataDir" | "edge">;
}

/** One declared server. */
export type PlannedServer = { readonly name: string; readonly endpoint: string } & (
  | { readonly kind: "proxy" | "native"; readonly process: ServerProcess }
  | { readonly kind: "external"; readonly url: URL }
  | { readonly kind: "disabled" }
);

/** One declared server with what was chosen for it. */
interface Placed {
  /** `${PORT}` and `${DATA_DIR}` are filled in. */
  readonly server: ServerDefinition;
  /** Where its proxy listens, or it itself. */
  readonly port: number;
  /** Its MCP endpoint, as the edge reaches it. */
  readonly upstream: string;
}

/**
 * Chooses ports, and renders into the run folder what the services read.
 * @param traefik its program, where it takes the edge's place
 */
export async function planGateway(
  settings: Settings,
  config: GatewayConfig,
  dataDir: DataDir,
  traefik: string | undefined,
): Promise<GatewayPlan> {
  const [authPort = 0, ...ports] = await freePorts(1 + 2 * config.servers.length);
  const placed = config.servers.map((server, index) =>
    place(server, settings, dataDir, ports.slice(2 * index, 2 * index + 2)),
  );
  const resources = resourceServersOf(config, { issuer: settings.url });
  const resourcesFile = join(dataDir.run, "resources.json");
  writePrivately(resourcesFile, JSON.stringify(resources, undefined, 2));
  const listeners = {
    auth: `http://127.0.0.1:${authPort}`,
    servers: Object.fromEntries(placed.map(({ server, upstream }) => [server.name, upstream])),
  };
  const { url: issuer, corsOrigins } = settings;
  const table = routingTableOf(config, { issuer, listeners, corsOrigins });
  return {
    auth: {
      spec: authProcess(settings, dataDir, authPort, resourcesFile),
      url: `${listeners.auth}/health`,
      isReady: (status) => status === 200,
    },
    edge: {
      spec: traefik ? renderedTraefik(traefik, settings, dataDir, table) : renderedEdge(settings, dataDir, table),
      url: `http://127.0.0.1:${settings.port}/`,
      host: new URL(settings.url).host,
      isReady: (status) => status === 200, // Traefik listens before it has read its routes
    },
    servers: placed.map((each) => plannedServer(each, settings, dataDir, authPort)),
    startupTimeout: settings.startupTimeout,
    about: { url: settings.url, dataDir: dataDir.path, edge: traefik ? "traefik" : "edge" },
  };
}

function place(
  declared: ServerDefinition,
  settings: Settings,
  dataDir: DataDir,
  [proxyPort = 0, ownPort = 0]: readonly number[],
): Placed {
  const folder = join(dataDir.servers, declared.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  ownFolder(dirname(operatorSocketPath(folder, settings.environment, "operator.sock")));
  const server = fillPlaceholders(declared, { port: ownPort, dataDir: dataDir.path });
  if (server.kind === "stdio") return { server, port: proxyPort, upstream: `http://127.0.0.1:${proxyPort}/mcp` };
  return { server, port: portOf(new URL(server.url)), upstream: server.url };
}

function renderedEdge(settings: Settings, dataDir: DataDir, table: RoutingTable): ProcessSpec {
  const routesFile = join(dataDir.run, "routes.json");
  writePrivately(routesFile, JSON.stringify(table, undefined, 2));
  return edgeProcess(settings, dataDir, routesFile);
}

function renderedTraefik(traefik: string, settings: Settings, dataDir: DataDir, table: RoutingTable): ProcessSpec {
  const [staticFile, dynamicFile] = [join(dataDir.run, "traefik.yml"), join(dataDir.run, "traefik-routes.yml")];
  const base = readFileSync(new URL("../../../traefik/static.yml", import.meta.url), "utf8");
  const files = renderTraefik(table, { base, address: `127.0.0.1:${settings.port}`, dynamicFile });
  writePrivately(dynamicFile, files.dynamicConfig);
  writePrivately(staticFile, files.staticConfig);
  return traefikProcess(traefik, dataDir, staticFile);
}

function plannedServer(
  { server, port }: Placed,
  settings: Settings,
  dataDir: DataDir,
  authPort: number,
): PlannedServer {
  const { path, host } = addressesOf(server.name, settings.url);
  const named = { name: server.name, endpoint: path.url };
  if (!server.enabled) return { ...named, kind: "disabled" };
  if (server.kind === "stdio") {
    const own = { port, authPort, identifiers: [path.url, host.url] };
    return { ...named, kind: "proxy", process: proxyProcess(settings, dataDir, server, own) };
  }
  if (server.run === undefined) return { ...named, kind: "external", url: new URL(server.url) };
  const process = nativeProcess(settings, dataDir, { name: server.name, port, run: server.run });
  return { ...named, kind: "native", process };
}
