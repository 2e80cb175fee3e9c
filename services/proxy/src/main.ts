import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ConfigError, ProxyEnv, parseEnv, readVariableFiles } from "@gateway/config/proxy";
import { openEmbeddedStore, type Store } from "@gateway/store";
import { findDelegated, onParentGone, openCgroups, openGuardian } from "@gateway/subprocess";
import { createLogger, type Logger } from "@gateway/telemetry";
import { createApp } from "./app.ts";
import { createStartChild } from "./child/child.ts";
import { hasLimits, type ResourceLimits } from "./child/resource-limits.ts";
import { Resources } from "./child/resources.ts";
import { parseArguments, UsageError, usage } from "./configuration/arguments.ts";
import { type Access, toProxyConfig } from "./configuration/proxy-config.ts";
import { Buffered } from "./http/buffered.ts";
import { createIdentify } from "./identity/identify.ts";
import { createKeyFinder } from "./identity/jwks.ts";
import { RevocationWatch, type TokenUses } from "./identity/revocation-watch.ts";
import { memoryRecords } from "./legacy/memory-records.ts";
import type { MetricsPorts } from "./metrics/families.ts";
import { Metrics } from "./metrics/metrics.ts";
import { allUses } from "./modern/uses.ts";
import { listenMetrics } from "./operator/metrics.ts";
import { listenOperator } from "./operator/operator-socket.ts";
import { openRooms } from "./rooms.ts";

async function run(): Promise<void> {
  const { env: flags, command, help } = parseArguments(process.argv.slice(2));
  if (help) return console.log(usage);
  const env = parseEnv(ProxyEnv, readVariableFiles(ProxyEnv, { ...process.env, ...flags }));
  const config = toProxyConfig(env, command);
  const { name, server, versions, access, front, limits, dataDir } = config;
  const logger = createLogger({ service: `proxy ${name}`, level: env.LOG_LEVEL });
  const guardian = await openGuardian();
  const resources = openResources(limits.resources, logger);
  const startChild = createStartChild({ server, limits, resources, guardian, logger, processEnv: process.env });
  const store = dataDir === undefined ? undefined : await openSessionStore(dataDir, logger);
  const records = store?.mcpSessions ?? memoryRecords(() => Date.now() / 1_000);
  const metrics = new Metrics();
  const eraFile = dataDir === undefined ? undefined : join(dataDir, "era.json");
  const rooms = openRooms({ config, startChild, records, eraFile, metrics, logger });
  const { sessions, modern, pool } = rooms;
  const findKey =
    access.kind === "assertion" ? createKeyFinder({ url: access.jwksUrl, logger }) : async () => undefined;
  const identify = createIdentify({ access, findKey, logger });
  const watch =
    access.kind === "assertion" ? watchRevocations(access, allUses([sessions, modern.uses]), logger) : undefined;
  const { messageSize } = limits;
  const buffered = new Buffered(limits, (bytes) => logger.warn("slow reader cut off", { bytes }));
  const ports = { name, ...rooms, versions, front, identify, messageSize, buffered, metrics, logger };
  const app = createApp({ ...ports, scopes: config.scopes, startedAt: Date.now() });

  // Traefik keeps idle connections 90 s: a POST on one that was just closed here would become its 502.
  const http = createServer({ keepAliveTimeout: 95_000, headersTimeout: 100_000, requestTimeout: 120_000 }, app);
  buffered.watch(http);
  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return; // a signal often follows the end of standard input; what runs is bounded
    stopping = true;
    http.close();
    watch?.close();
    await rooms.close();
    http.closeAllConnections();
    await Promise.all([guardian.close(), store?.close()]);
    process.exit(0);
  }
  const measured = { metrics, ...rooms, resources };
  if (env.OPERATOR_SOCKET !== undefined) await listenOperator(env.OPERATOR_SOCKET, measured);
  if (env.METRICS_PORT !== undefined) await openMetricsPort(env.METRICS_HOST, env.METRICS_PORT, measured, logger);
  process.on("SIGTERM", stop).on("SIGINT", stop);
  if (env.GATEWAY_SUPERVISED) onParentGone(process.stdin, stop);
  http.once("error", (cause) => {
    logger.error("cannot listen", { host: env.HOST, port: env.PORT, cause });
    process.exit(1);
  });
  http.listen(env.PORT, env.HOST, () => {
    const { address, port } = http.address() as AddressInfo;
    logger.info("listening", { address, port, access: access.kind });
    pool.fill();
  });
}

/** Finds out, once, who holds children to their limits: the kernel, where it was left to us. */
function openResources(limits: ResourceLimits, logger: Logger): Resources {
  const place = hasLimits(limits) ? findDelegated() : undefined;
  const resources = new Resources(limits, { cgroups: place && openCgroups(place, limits), logger });
  if (resources.enforcement !== undefined) logger.info("limits of processes", { enforcement: resources.enforcement });
  return resources;
}

/** Opens the port that metrics are read at; ends the process where another one has it. */
async function openMetricsPort(host: string, port: number, ports: MetricsPorts, logger: Logger): Promise<void> {
  await listenMetrics({ host, port }, ports).catch((cause: unknown) => {
    logger.error("cannot listen for metrics", { host, port, cause });
    process.exit(1);
  });
}

function watchRevocations(
  { revocationsUrl: url, audiences: [resource] }: Extract<Access, { kind: "assertion" }>,
  uses: TokenUses,
  logger: Logger,
): RevocationWatch {
  return new RevocationWatch({ url, resource, uses, logger });
}

/** Opens the folder's store; ends the process where another one has it. */
async function openSessionStore(dataDir: string, logger: Logger): Promise<Store> {
  const folder = join(dataDir, "sessions");
  return openEmbeddedStore({ folder, clock: () => Date.now() / 1_000 }).catch((cause: unknown) => {
    logger.error("sessions cannot be kept", { folder, cause });
    process.exit(1);
  });
}

run().catch((error: unknown) => {
  if (!(error instanceof ConfigError || error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(2);
});
