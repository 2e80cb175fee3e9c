import type { Guardian } from "@gateway/subprocess";
import { createBoard } from "./board.ts";
import { changesBetween, type PlanChanges } from "./domain/plan-changes.ts";
import type { GatewayStatus, ServerRow } from "./domain/server-state.ts";
import type { LogFile } from "./log-file.ts";
import type { GatewayPlan, PlannedServer } from "./plan.ts";
import { createProbeQueue } from "./probe-queue.ts";
import { untilListening } from "./readiness.ts";
import { createRunningServers } from "./running-servers.ts";
import { runService, type Service } from "./running-service.ts";
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
  const services = new Map<"auth" | "edge", Supervised>();
  let current = plan;

  const startService = async (name: "auth" | "edge", service: Service) => {
    await services.get(name)?.stop();
    if (over.signal.aborted) return;
    const { process, answering } = runService(service, ports, over.signal);
    services.set(name, process);
    await answering;
  };
  const start = async () => {
    const both = () => [startService("auth", plan.auth), startService("edge", plan.edge)];
    if (plan.about.edge === "edge") {
      await Promise.all(both());
      servers.begin(plan.servers);
    } else {
      // Traefik answers 502 where the edge holds a request until its server listens: it is not up before the proxies are.
      const starting = both();
      servers.begin(plan.servers);
      await Promise.all([...starting, untilProxiesListen(plan.servers, over.signal)]);
    }
  };
  const become = async (next: GatewayPlan): Promise<PlanChanges> => {
    const changes = changesBetween(current, next);
    current = next;
    board.declare(next.servers, changes.beginning);
    await Promise.all(changes.ending.map(servers.end));
    if (changes.auth) await startService("auth", next.auth);
    const beginning = next.servers.filter(({ name }) => changes.beginning.includes(name));
    servers.begin(beginning);
    if (next.about.edge === "traefik") await untilProxiesListen(beginning, over.signal);
    if (changes.edge) await startService("edge", next.edge);
    return changes;
  };

  const started = start();
  let lastChange: Promise<unknown> = started;
  const processes = () => [...services.values(), ...servers.processes()];
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

/** Our own proxies listen at once, whatever their servers do; one that does not is shown as failed later. */
async function untilProxiesListen(servers: readonly PlannedServer[], over: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([over, AbortSignal.timeout(proxyTimeout)]);
  const ports = servers.flatMap((server) => (server.kind === "proxy" ? [server.process.port] : []));
  await Promise.allSettled(ports.map((port) => untilListening({ host: "127.0.0.1", port }, signal)));
}

function describe(process: Supervised): GatewayStatus["processes"][number] {
  return { name: process.name, pid: process.pid(), restarts: process.restarts() };
}
