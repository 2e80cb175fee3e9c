import type { Guardian } from "@gateway/subprocess";
import type { LogFile } from "./log-file.ts";
import { untilAnswering } from "./readiness.ts";
import { type ProcessSpec, type Supervised, supervise } from "./supervised.ts";

const serviceTimeout = 30_000; // ms for auth or the edge to answer for the first time

/** A process of our own that the gateway cannot do without, and where it answers. */
export interface Service {
  readonly spec: ProcessSpec;
  /** The content of the file that it reads at its start. */
  readonly reads: string;
  readonly url: string;
  /** Host header of the question, where the URL's own would be another. */
  readonly host?: string;
  readonly isReady: (status: number) => boolean;
}

/** auth or the edge could not be started: the gateway is of no use without it. */
class ServiceFailed extends Error {}

interface ServicePorts {
  readonly guardian: Guardian;
  readonly processEnv: NodeJS.ProcessEnv;
  readonly openLog: (name: string) => LogFile;
}

/** Those that run, one by each name. */
export interface RunningServices {
  /** Starts one, in the place of the one of that name. Rejects with ServiceFailed when it cannot be started. */
  start(name: "auth" | "edge", service: Service): Promise<void>;
  processes(): readonly Supervised[];
}

/** @param over once it is aborted none is started any more */
export function createRunningServices(ports: ServicePorts, over: AbortSignal): RunningServices {
  const running = new Map<string, Supervised>();
  return {
    start: async (name, service) => {
      await running.get(name)?.stop();
      if (over.aborted) return;
      const { process, answering } = runService(service, ports, over);
      running.set(name, process);
      await answering;
    },
    processes: () => [...running.values()],
  };
}

/** Runs a service. `answering` rejects with ServiceFailed when it cannot be started, or does not answer in time. */
function runService(
  { spec, ...service }: Service,
  ports: ServicePorts,
  over: AbortSignal,
): { readonly process: Supervised; readonly answering: Promise<void> } {
  const failing = new AbortController();
  const process = supervise(spec, {
    guardian: ports.guardian,
    processEnv: ports.processEnv,
    log: ports.openLog(spec.name),
    onUp: () => {},
    onDown: ({ reason, output }) => failing.abort(new ServiceFailed(`${spec.name} ${reason}\n${output}`)),
  });
  const late = AbortSignal.timeout(serviceTimeout);
  const signal = AbortSignal.any([failing.signal, over, late]);
  const answering = untilAnswering(service, service.isReady, signal).catch(() => {
    if (failing.signal.aborted) throw failing.signal.reason;
    throw new ServiceFailed(`${spec.name} did not answer within ${serviceTimeout / 1_000} s`);
  });
  return { process, answering };
}
