import type { Guardian } from "@gateway/subprocess";
import { createBoard } from "./board.ts";
import { changesBetween, type PlanChanges } from "./domain/plan-changes.ts";
import type { GatewayStatus, ServerRow } from "./domain/server-state.ts";
import type { LogFile } from "./log-file.ts";
import type { GatewayPlan, PlannedServer } from "./plan.ts";
import { createProbeQueue } from "./probe-queue.ts";
import { untilListening } from "./readiness.ts";
import { createRunningServers, type RunningServers } from "./running-servers.ts";
import { createRunningServices, type RunningServices } from "./running-services.ts";
import type { Supervised } from "./supervised.ts";

const probesAtOnce = 2;
const proxyTimeout = 5_000; // ms for the proxies to listen before Traefik is started without one of them

/** A gateway that runs. */
export interface Gateway {
  /** When auth and the edge answer. Rejects with ServiceFailed when one of them cannot be started. */
  readonly started: Promise<void>;
  status(): GatewayStatus;
  /** Starts a process anew, or all of them; gives their names, none when there is none of this name. */
  restart(name?: string): readonly string[];
  /** Becomes as another plan says: what is not as it was ends or starts anew, the rest goes on. One change at a time. */
  change(plan: GatewayPlan): Promise<PlanChanges>;
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

/**
 * Starts auth and the edge, then the servers. Once the first two answer a client gets its 401, and a request to a
 * server that is still starting waits for it (decision 42): at the edge, or at its proxy where Traefik stands in front.
 */
export function startGateway(plan: GatewayPlan, ports: GatewayPorts): Gateway {
  const over = new AbortController();
  const board = createBoard(plan.servers, ports.onChange);
  const servers = createRunningServers({
    ...ports,
    ...{ queue: createProbeQueue(probesAtOnce), show: board.show, signal: over.signal },
    startupTimeout: plan.startupTimeout * 1_000,
  });
  const services = createRunningServices(ports, over.signal);
  const running = { services, servers, signal: over.signal };
  let current = plan;
  const become = async (next: GatewayPlan): Promise<PlanChanges> => {
    const changes = changesBetween(current, next);
    current = next;
    board.declare(next.servers, changes.beginning);
    await takeUp(changes, next, running);
    return changes;
  };

  const started = startAll(plan, running);
  let lastChange: Promise<unknown> = started;
  const processes = () => [...services.processes(), ...servers.processes()];
  return {
    started,
    status: () => ({
      ...{ ...current.about, pid: process.pid, servers: board.rows(), processes: processes().map(describe) },
    }),
    restart: (name) => {
      const chosen = processes().filter((process) => name === undefined || process.name === name);
      for (const process of chosen) process.restart();
      return chosen.map((process) => process.name);
    },
    change: (next) => {
      const changed = lastChange.then(
        () => become(next),
        () => become(next),
      );
      lastChange = changed.catch(() => {});
      return changed;
    },
    stop: async () => {
      over.abort();
      await Promise.allSettled([started, lastChange]);
      await Promise.allSettled(processes().map((process) => process.stop()));
    },
    kill: () => {
      over.abort();
      for (const process of processes()) process.kill();
    },
  };
}

interface Running {
  readonly services: RunningServices;
  readonly servers: RunningServers;
  readonly signal: AbortSignal;
}

async function startAll({ auth, edge, about, servers: planned }: GatewayPlan, running: Running): Promise<void> {
  const { services, servers, signal } = running;
  const both = () => [services.start("auth", auth), services.start("edge", edge)];
  if (about.edge === "edge") {
    await Promise.all(both());
    servers.begin(planned);
  } else {
    // Traefik answers 502 where the edge holds a request until its server listens: it is not up before the proxies are.
    const starting = both();
    servers.begin(planned);
    await Promise.all([...starting, untilProxiesListen(planned, signal)]);
  }
}

/** What is not as it was ends or starts anew. */
async function takeUp(changes: PlanChanges, next: GatewayPlan, { services, servers, signal }: Running): Promise<void> {
  await Promise.all(changes.ending.map(servers.end));
  if (changes.auth) await services.start("auth", next.auth);
  const beginning = next.servers.filter(({ name }) => changes.beginning.includes(name));
  servers.begin(beginning);
  if (next.about.edge === "traefik") await untilProxiesListen(beginning, signal);
  if (changes.edge) await services.start("edge", next.edge);
}

/** Our own proxies listen at once, whatever their servers do; one that does not is shown as failed later. */
async function untilProxiesListen(servers: readonly PlannedServer[], over: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([over, AbortSignal.timeout(proxyTimeout)]);
  const ports = servers.flatMap((server) => (server.kind === "proxy" ? [server.process.port] : []));
  await Promise.allSettled(ports.map((port) => untilListening({ host: "127.0.0.1", port }, signal)));
}

function describe(process: Supervised): GatewayStatus["processes"][number] {
  return { name: process.name, pid: process.pid(), restarts: process.restarts() };
}
