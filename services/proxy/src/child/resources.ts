import { availableParallelism, setPriority } from "node:os";
import { ProcessTrees, type Subprocess, type TreesUsage, type TreeUsage } from "@gateway/subprocess";

/** What one child, with everything it starts, may use; undefined: no bound. */
export interface ResourceLimits {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Processes at one time. */
  readonly pids: number | undefined;
  /** Processors' worth of time, when others want it too. */
  readonly cpus: number | undefined;
}

/** Between two looks at what the children use. */
const lookInterval = 250;

/** Holds children to their limits: by priority, and by looking again and again at what they use (decisions.md 14). */
export class Resources {
  readonly #limits: ResourceLimits;
  readonly #trees = new ProcessTrees();
  readonly #watched = new Map<number, (limit: string) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: ResourceLimits) {
    this.#limits = limits;
  }

  /** @param onExceeded is told, once, the limit that the child went beyond */
  watch({ pid, mark, exited }: Subprocess, onExceeded: (limit: string) => void): void {
    const { memory, pids, cpus } = this.#limits;
    if (cpus !== undefined) lowerPriority(pid, niceness(cpus, availableParallelism()));
    this.#trees.add(pid, mark);
    void exited.then(() => this.#forget(pid, mark));
    if (memory === undefined && pids === undefined) return;
    this.#watched.set(pid, onExceeded);
    this.#timer ??= setInterval(() => this.#look(), lookInterval).unref();
  }

  /** What all children use now. */
  measure(): TreesUsage {
    return this.#trees.measureAll();
  }

  #look(): void {
    for (const [pid, usage] of this.#trees.measure()) {
      const limit = exceededLimit(usage, this.#limits);
      if (limit === undefined) continue;
      this.#watched.get(pid)?.(limit);
      this.#watched.delete(pid);
    }
  }

  #forget(pid: number, mark: string): void {
    this.#watched.delete(pid);
    this.#trees.remove(pid, mark);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** The limit that is exceeded, as people read it. Pure. */
export function exceededLimit({ memory, processes }: TreeUsage, limits: ResourceLimits): string | undefined {
  if (limits.memory !== undefined && memory > limits.memory) return `memory: ${renderBytes(limits.memory)}`;
  if (limits.pids !== undefined && processes > limits.pids) return `pids: ${limits.pids}`;
  return undefined;
}

/**
 * The nice value that gives a process about `cpus` of `cores` against one other that wants all: each step is a fifth
 * less (sched(7)). Pure.
 */
export function niceness(cpus: number, cores: number): number {
  return Math.min(19, Math.max(0, Math.round(Math.log(cores / cpus) / Math.log(1.25))));
}

function lowerPriority(pid: number, nice: number): void {
  try {
    setPriority(pid, nice); // what it starts inherits it
  } catch {
    // It has ended already, which `exited` tells.
  }
}

function renderBytes(bytes: number): string {
  const units = [
    ["g", 1_073_741_824],
    ["m", 1_048_576],
    ["k", 1_024],
  ] as const;
  const [unit = "", size = 1] = units.find(([, unitSize]) => bytes % unitSize === 0) ?? [];
  return `${bytes / size}${unit}`;
}
