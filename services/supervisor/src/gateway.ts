import type { Guardian } from "@gateway/subprocess";
import type { GatewayStatus, ServerRow, ServerState } from "./domain/server-state.ts";
import type { LogFile } from "./log-file.ts";
import type { GatewayPlan, PlannedServer } from "./plan.ts";
import { createProbeQueue } from "./probe-queue.ts";
import { untilAnswering, untilListening } from "./readiness.ts";
import { runNative, runProxy, type ServerContext, watchExternal } from "./running-server.ts";
import { type ProcessSpec, type Supervised, supervise } from "./supervised.ts";

const probesAtOnce = 2;
const serviceTimeout = 30_000; // ms for auth or the edge to answer for the first time
const proxyTimeout = 5_000; // ms for the proxies to listen before Traefik is started without one of them

/** A gateway that runs. */
export interface Gateway {
  /** When auth and the edge answer. Rejects with ServiceFailed when one of them cannot be started. */
  readonly started: Promise<void>;
  status(): GatewayStatus;
  /** Starts a process anew, or all of them; gives their names, none when there is none of this name. */
  restart(name?: string): readonly string[];
  /** Ends every process; bounded. May be called again. */
  stop(): Promise<void>;
  /** Ends them without asking. */
  kill(): void;
}

export interface GatewayPorts {
  readonly guardian: Guardian;
  readonly processEnv: NodeJS.ProcessEnv;
  readonly openLog: (name: string) => LogFile;
  readonly hasProgram: (program: string, cwd: string) => boolean;
  /** Called with all servers whenever one of them has changed. */
  readonly onChange: (rows: readonly ServerRow[]) => void;
}

/** auth or the edge could not be started: the gateway is of no use without it. */
class ServiceFailed extends Error {}

/**
 * Starts auth and the edge, then the servers. Once the first two answer a client gets its 401, and a request to a
 * server that is still starting waits for it (decision 42): at the edge, or at its proxy where Traefik stands in front.
 */
export function startGateway(plan: GatewayPlan, ports: GatewayPorts): Gateway {
  const over = new AbortController();
  const running: Supervised[] = [];
  const board = createBoard(plan.servers, ports.onChange);
  const startService = async (service: Service) => {
    const { started, answering } = superviseService(service, ports, over.signal);
    running.push(started);
    await answering;
  };
  const startServers = () => {
    const queue = createProbeQueue(probesAtOnce);
    const startupTimeout = plan.startupTimeout * 1_000;
    const context: ServerContext = { ...ports, queue, show: board.show, startupTimeout, signal: over.signal };
    if (!over.signal.aborted) running.push(...plan.servers.flatMap((server) => startServer(server, context) ?? []));
  };
  const start = async () => {
    if (plan.about.edge === "edge") {
      await Promise.all([startService(plan.auth), startService(plan.edge)]);
      startServers();
    } else {
      // Traefik answers 502 where the edge holds a request until its server listens: it is not up before the proxies are.
      const services = [startService(plan.auth), startService(plan.edge)];
      startServers();
      await Promise.all([...services, untilProxiesListen(plan.servers, over.signal)]);
    }
  };
  const started = start();
  return {
    started,
    status: () => ({ ...plan.about, pid: process.pid, servers: board.rows(), processes: running.map(describe) }),
    restart: (name) => {
      const chosen = running.filter((process) => name === undefined || process.name === name);
      for (const process of chosen) process.restart();
      return chosen.map((process) => process.name);
    },
    stop: async () => {
      over.abort();
      await Promise.allSettled([started, ...running.map((process) => process.stop())]);
    },
    kill: () => {
      over.abort();
      for (const process of running) process.kill();
    },
  };
}

/** A process of our own that the gateway cannot do without, and where it answers. */
export interface Service {
  readonly spec: ProcessSpec;
  readonly url: string;
  /** Host header of the question, where the URL's own would be another. */
  readonly host?: string;
  readonly isReady: (status: number) => boolean;
}

function superviseService(service: Service, ports: GatewayPorts, over: AbortSignal) {
  const { spec, isReady } = service;
  const failing = new AbortController();
  const started = supervise(spec, {
    guardian: ports.guardian,
    processEnv: ports.processEnv,
    log: ports.openLog(spec.name),
    onUp: () => {},
    onDown: ({ reason, output }) => failing.abort(new ServiceFailed(`${spec.name} ${reason}\n${output}`)),
  });
  const late = AbortSignal.timeout(serviceTimeout);
  const answering = untilAnswering(service, isReady, AbortSignal.any([failing.signal, over, late])).catch(() => {
    if (failing.signal.aborted) throw failing.signal.reason;
    throw new ServiceFailed(`${spec.name} did not answer within ${serviceTimeout / 1_000} s`);
  });
  return { started, answering };
}

/** Our own proxies listen at once, whatever their servers do; one that does not is shown as failed later. */
async function untilProxiesListen(servers: readonly PlannedServer[], over: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([over, AbortSignal.timeout(proxyTimeout)]);
  const ports = servers.flatMap((server) => (server.kind === "proxy" ? [server.process.port] : []));
  await Promise.allSettled(ports.map((port) => untilListening({ host: "127.0.0.1", port }, signal)));
}

function startServer(server: PlannedServer, context: ServerContext): Supervised | undefined {
  if (server.kind === "proxy") return runProxy(server.process, context);
  if (server.kind === "native") return runNative(server.process, context);
  if (server.kind === "external") void watchExternal(server.name, server.url, context);
  return undefined;
}

/** The servers and their states, in the order of gateway.json. */
function createBoard(servers: readonly PlannedServer[], onChange: (rows: readonly ServerRow[]) => void) {
  const states = new Map<string, ServerState>(
    servers.map(({ name, kind }) => [name, { kind: kind === "disabled" ? "disabled" : "starting" }]),
  );
  const rows = () =>
    servers.map(({ name, endpoint }) => ({ name, endpoint, state: states.get(name) ?? { kind: "starting" as const } }));
  return {
    rows,
    show: (name: string, state: ServerState) => {
      states.set(name, state);
      onChange(rows());
    },
  };
}

function describe(process: Supervised): GatewayStatus["processes"][number] {
  return { name: process.name, pid: process.pid(), restarts: process.restarts() };
}
