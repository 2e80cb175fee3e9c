import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fillPlaceholders, type GatewayConfig, type ServerDefinition } from "@gateway/config";
import { addressesOf, type RoutingTable, renderTraefik, resourceServersOf, routingTableOf } from "@gateway/registry";
import { type DataDir, writePrivately } from "./data-dir.ts";
import type { GatewayStatus } from "./domain/server-state.ts";
import { operatorSocketPath, ownFolder } from "./operator-socket.ts";
import type { PortBook } from "./ports.ts";
import { authProcess, edgeProcess, nativeProcess, proxyProcess, traefikProcess } from "./processes.ts";
import { portOf } from "./readiness.ts";
import type { ServerProcess } from "./running-server.ts";
import type { Service } from "./running-services.ts";
import type { Settings } from "./settings.ts";

/** Everything that is to run, and where. */
export interface GatewayPlan {
  readonly auth: Service;
  readonly edge: Service;
  readonly servers: readonly PlannedServer[];
  /** Seconds. */
  readonly startupTimeout: number;
  readonly about: Pick<GatewayStatus, "url" | "dataDir" | "edge" | "configFile">;
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

/** Traefik, where it takes the edge's place. */
export interface TraefikChoice {
  /** Its program. */
  readonly program: string;
  /** The URL of what answers in auth's place while that is away. */
  readonly awayUrl: string;
}

/**
 * Chooses ports, and renders into the run folder what the services read.
 * @param traefik absent: the edge
 * @param book the ports of the plan before, if there was one
 */
export async function planGateway(
  settings: Settings,
  config: GatewayConfig,
  dataDir: DataDir,
  traefik: TraefikChoice | undefined,
  book: PortBook,
): Promise<GatewayPlan> {
  const names = config.servers.map(({ name }) => `server ${name}`);
  const [[authPort = 0] = [], [selfPort = 0] = [], ...ports] = await book.portsOf(["auth", "traefik", ...names], 2);
  const placed = config.servers.map((server, index) => place(server, settings, dataDir, ports[index] ?? []));
  const resources = JSON.stringify(resourceServersOf(config, { issuer: settings.url }), undefined, 2);
  const resourcesFile = join(dataDir.run, "resources.json");
  writePrivately(resourcesFile, resources);
  const listeners = {
    auth: `http://127.0.0.1:${authPort}`,
    servers: Object.fromEntries(placed.map(({ server, upstream }) => [server.name, upstream])),
  };
  const { url: issuer, corsOrigins } = settings;
  const table = routingTableOf(config, { issuer, listeners, corsOrigins });
  return {
    auth: {
      spec: authProcess(settings, dataDir, authPort, resourcesFile),
      reads: resources,
      url: `${listeners.auth}/health`,
      isReady: (status) => status === 200,
    },
    edge: {
      ...(traefik
        ? renderedTraefik(traefik, selfPort, settings, dataDir, table)
        : renderedEdge(settings, dataDir, table)),
      url: `http://127.0.0.1:${settings.port}/`,
      host: new URL(settings.url).host,
      isReady: (status) => status === 200, // Traefik listens before it has read its routes
    },
    servers: placed.map((each) => plannedServer(each, settings, dataDir, authPort)),
    startupTimeout: settings.startupTimeout,
    about: {
      url: settings.url,
      dataDir: dataDir.path,
      configFile: settings.configFile,
      edge: traefik ? "traefik" : "edge",
    },
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

type Rendered = Pick<Service, "spec" | "reads">;

function renderedEdge(settings: Settings, dataDir: DataDir, table: RoutingTable): Rendered {
  const routesFile = join(dataDir.run, "routes.json");
  const routes = JSON.stringify(table, undefined, 2);
  writePrivately(routesFile, routes);
  return { spec: edgeProcess(settings, dataDir, routesFile), reads: routes };
}

function renderedTraefik(
  { program, awayUrl }: TraefikChoice,
  selfPort: number,
  settings: Settings,
  dataDir: DataDir,
  table: RoutingTable,
): Rendered {
  const [staticFile, dynamicFile] = [join(dataDir.run, "traefik.yml"), join(dataDir.run, "traefik-routes.yml")];
  const base = readFileSync(new URL("../../../traefik/static.yml", import.meta.url), "utf8");
  const [address, selfAddress] = [`127.0.0.1:${settings.port}`, `127.0.0.1:${selfPort}`];
  const files = renderTraefik(table, { base, address, selfAddress, dynamicFile, awayUrl });
  writePrivately(dynamicFile, files.dynamicConfig); // which Traefik watches
  writePrivately(staticFile, files.staticConfig);
  return { spec: traefikProcess(program, dataDir, staticFile), reads: files.staticConfig };
}

function plannedServer(
  { server, port }: Placed,
  settings: Settings,
  dataDir: DataDir,
  authPort: number,
): PlannedServer {
  const { path, hosts } = addressesOf(server, settings.url);
  const named = { name: server.name, endpoint: path.url };
  if (!server.enabled) return { ...named, kind: "disabled" };
  if (server.kind === "stdio") {
    const own = { port, authPort, identifiers: [path, ...hosts].map(({ url }) => url) };
    return { ...named, kind: "proxy", process: proxyProcess(settings, dataDir, server, own) };
  }
  if (server.run === undefined) return { ...named, kind: "external", url: new URL(server.url) };
  const process = nativeProcess(settings, dataDir, { name: server.name, port, run: server.run });
  return { ...named, kind: "native", process };
}
