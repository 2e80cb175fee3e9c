import type { TreeUsage } from "@gateway/subprocess";

/** What one child, with everything it starts, may use; undefined: no bound. */
export interface ResourceLimits {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Processes at one time. */
  readonly pids: number | undefined;
  /** Processors' worth of time, when others want it too. */
  readonly cpus: number | undefined;
}

/** Whether any limit of processes is set. Pure. */
export function hasLimits({ memory, pids, cpus }: ResourceLimits): boolean {
  return memory !== undefined || pids !== undefined || cpus !== undefined;
}

/** The limit that is exceeded, as people read it. Pure. */
export function exceededLimit({ memory, processes }: TreeUsage, limits: ResourceLimits): string | undefined {
  if (limits.memory !== undefined && memory > limits.memory) return renderLimit("memory", limits);
  return limits.pids !== undefined && processes > limits.pids ? renderLimit("pids", limits) : undefined;
}

/** A limit as people read it. Pure. */
export function renderLimit(limit: "memory" | "pids", { memory, pids }: ResourceLimits): string {
  return limit === "memory" ? `memory: ${renderBytes(memory ?? 0)}` : `pids: ${pids}`;
}

/** The limit of one message's bytes as people read it. Pure. */
export function renderMessageLimit(bytes: number): string {
  return `message size: ${renderBytes(bytes)}`;
}

/**
 * The nice value that gives a process about `cpus` of `cores` against one other that wants all: each step is a fifth
 * less (sched(7)). Pure.
 */
export function niceness(cpus: number, cores: number): number {
  return Math.min(19, Math.max(0, Math.round(Math.log(cores / cpus) / Math.log(1.25))));
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
