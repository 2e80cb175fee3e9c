import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ConfigError, ProxyEnv, parseEnv, readVariableFiles } from "@gateway/config/proxy";
import type { Store } from "@gateway/store";
import { findDelegated, onParentGone, openCgroups, openGuardian } from "@gateway/subprocess";
import { createLogger, type Logger, listenMetrics } from "@gateway/telemetry";
import { createApp } from "./app.ts";
import { createStartChild } from "./child/child.ts";
import { hasLimits, type ResourceLimits } from "./child/resource-limits.ts";
import { Resources } from "./child/resources.ts";
import { parseArguments, UsageError, usage } from "./configuration/arguments.ts";
import type { Access, ReplicaConfig } from "./configuration/proxy-config.ts";
import { toProxyConfig } from "./configuration/to-proxy-config.ts";
import { Buffered } from "./http/buffered.ts";
import { createIdentify, type Identify } from "./identity/identify.ts";
import { createKeyFinder } from "./identity/jwks.ts";
import { RevocationWatch, type TokenUses } from "./identity/revocation-watch.ts";
import { memoryRecords } from "./legacy/memory-records.ts";
import { collectFamilies, type MetricsPorts } from "./metrics/families.ts";
import { Metrics } from "./metrics/metrics.ts";
import { allUses } from "./modern/uses.ts";
import { listenOperator } from "./operator/operator-socket.ts";
import type { OpenReplicas } from "./replicas/open-replicas.ts";
import { openRooms, type Rooms } from "./rooms.ts";
import { openSessionStore, sharedRecords } from "./session-store.ts";

async function run(): Promise<void> {
  const { env: flags, command, help } = parseArguments(process.argv.slice(2));
  if (help) return console.log(usage);
  const env = parseEnv(ProxyEnv, readVariableFiles(ProxyEnv, { ...process.env, ...flags }));
  const config = toProxyConfig(env, command);
  const { name, versions, access, front, facade, limits, dataDir } = config;
  const logger = createLogger({ service: `proxy ${name}`, level: env.LOG_LEVEL });
  const guardian = await openGuardian();
  const resources = openResources(limits.resources, logger);
  const metrics = new Metrics();
  const startChild = createStartChild({ ...config, resources, guardian, metrics, logger, processEnv: process.env });
  const store = await openSessionStore(config, logger);
  const others = config.replica && (await openOthers(config.replica, store, logger));
  const { replicas, peers } = others ?? {};
  const records = store?.mcpSessions ?? memoryRecords(() => Date.now() / 1_000);
  const eraFile = dataDir === undefined ? undefined : join(dataDir, "era.json");
  const kept = { records, eraFile, path: process.env.PATH, ...sharedRecords(config, store) };
  const rooms = openRooms({ config, startChild, ...kept, replica: replicas?.name, metrics, logger });
  const { sessions, modern, pool } = rooms;
  const { identify, watch } = openAccess(access, allUses([sessions, modern.uses]), logger);
  const { messageSize, streams } = limits;
  const buffered = new Buffered(limits, (bytes) => logger.warn("slow reader cut off", { bytes }));
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const ports = {
    name,
    ...rooms,
    replicas,
    versions,
    front,
    facade,
    identify,
    streams,
    messageSize,
    buffered,
    metrics,
    logger,
  };
  const app = createApp({ ...ports, peers, isStopping, scopes: config.scopes, startedAt: Date.now() });

  // Traefik keeps idle connections 90 s: a POST on one that was just closed here would become its 502.
  const http = createServer({ keepAliveTimeout: 95_000, headersTimeout: 100_000, requestTimeout: 120_000 }, app);
  http.maxHeadersCount = 0; // all are seen, up to Node's bound on their size: no second identity hides behind the 2,000th
  buffered.watch(http);
  const stop = async () => {
    if (stopping.signal.aborted) return; // a signal often follows the end of standard input; what runs is bounded
    stopping.abort();
    await endAll({ http, rooms, others, watch });
    await Promise.all([guardian.close(), store?.close()]);
    process.exit(0);
  };
  const measured = { metrics, ...rooms, resources, replicas };
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
    const ownUrl = config.replica?.url ?? urlOf(env.HOST, port);
    void others?.join(ownUrl, () => modern.keepOwned((place) => replicas?.isOwner(place) ?? true));
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
  await listenMetrics({ host, port }, () => collectFamilies(ports)).catch((cause: unknown) => {
    logger.error("cannot listen for metrics", { host, port, cause });
    process.exit(1);
  });
}

/** Tells whose a request is, and ends what rests on a token that has ended. */
function openAccess(access: Access, uses: TokenUses, logger: Logger): { identify: Identify; watch?: RevocationWatch } {
  if (access.kind !== "assertion") {
    return { identify: createIdentify({ access, findKey: async () => undefined, logger }) };
  }
  const { jwksUrl, revocationsUrl, audiences } = access;
  const findKey = createKeyFinder({ url: jwksUrl, logger });
  const watch = new RevocationWatch({ url: revocationsUrl, resource: audiences[0], uses, logger });
  return { identify: createIdentify({ access, findKey, logger }), watch };
}

/** Milliseconds that a stopping replica gives its children for what they work on; docker's 15 s hold that and their end. */
const drainTimeout = 8_000;
/** Milliseconds that it goes on passing on what comes: what balances asks every 2 s whether it serves, and loses what comes after. */
const lingerTime = 3_000;

interface Ending {
  readonly http: Server;
  readonly rooms: Rooms;
  readonly others: OpenReplicas | undefined;
  readonly watch: RevocationWatch | undefined;
}

/** Ends what serves clients. Where others take over, what runs is finished; where nobody does, that would only make the pause longer. */
async function endAll({ http, rooms, others, watch }: Ending): Promise<void> {
  await others?.leave();
  rooms.modern.keepOwned(() => others === undefined);
  if (others !== undefined) await Promise.all([rooms.untilDone(drainTimeout), delay(lingerTime)]);
  http.close();
  watch?.close();
  await rooms.close();
  others?.close();
  http.closeAllConnections();
}

async function openOthers({ name, meeting }: ReplicaConfig, store: Store | undefined, logger: Logger) {
  const { openReplicas, Peers } = await import("./replicas/open-replicas.ts");
  const peers = meeting.kind === "peers" ? new Peers({ name, urls: meeting.urls }) : undefined;
  const records = peers ?? store?.replicas;
  return records && { ...openReplicas({ name, records, logger }), peers };
}

/** Where a server that listens on an address is reached from other machines, or on loopback from this one. */
function urlOf(host: string, port: number): string {
  const isEveryAddress = host === "0.0.0.0" || host === "::";
  const name = isEveryAddress ? hostname() : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

run().catch((error: unknown) => {
  if (!(error instanceof ConfigError || error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(2);
});
