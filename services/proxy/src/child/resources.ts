import { availableParallelism, setPriority } from "node:os";
import {
  type Cgroup,
  type Cgroups,
  ProcessTrees,
  type Subprocess,
  type TreesUsage,
  type TreeUsage,
} from "@gateway/subprocess";
import type { Logger } from "@gateway/telemetry";
import { exceededLimit, hasLimits, niceness, type ResourceLimits, renderLimit } from "./resource-limits.ts";

/** Between two looks at what the children use. */
const lookInterval = 250;

/** How limits are held: by the kernel, by looking again and again (decisions.md 14), or, where nothing can be seen, not. */
export type Enforcement = "exact" | "best effort" | "not enforced";

/** One child that is held to its limits. */
export interface Held {
  /** The limit that it went beyond, as people read it; undefined: none. */
  exceeded(): string | undefined;
  /** It has been ended: nothing of it is left. */
  release(): Promise<void>;
}

/** Holds children to their limits, and measures what they use. */
export class Resources {
  readonly #limits: ResourceLimits;
  readonly #cgroups: Cgroups | undefined;
  readonly #logger: Logger;
  readonly #trees = new ProcessTrees();
  readonly #watched = new Map<number, { readonly group: Cgroup | undefined; readonly tell: (limit: string) => void }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: ResourceLimits, { cgroups, logger }: { cgroups: Cgroups | undefined; logger: Logger }) {
    this.#limits = limits;
    this.#cgroups = cgroups;
    this.#logger = logger;
  }

  /** Undefined: there are no limits. */
  get enforcement(): Enforcement | undefined {
    if (!hasLimits(this.#limits)) return undefined;
    if (this.#cgroups !== undefined) return "exact";
    return process.platform === "linux" ? "best effort" : "not enforced";
  }

  /** @param onExceeded is told, once, the limit that a child went beyond and lives on */
  hold({ pid, mark, exited }: Subprocess, onExceeded: (limit: string) => void): Held {
    const { memory, pids, cpus } = this.#limits;
    const group = this.#groupFor(pid, mark);
    if (cpus !== undefined && group === undefined) lowerPriority(pid, niceness(cpus, availableParallelism()));
    this.#trees.add(pid, mark);
    void exited.then(() => this.#forget(pid, mark));
    let told: string | undefined;
    const tell = (limit: string) => {
      told = limit;
      onExceeded(limit);
    };
    if (memory !== undefined || pids !== undefined) {
      this.#watched.set(pid, { group, tell });
      this.#timer ??= setInterval(() => this.#look(), lookInterval).unref();
    }
    return {
      exceeded: () => told ?? enforcedLimit(group, this.#limits),
      release: async () => group?.remove(),
    };
  }

  /** What all children use now. */
  measure(): TreesUsage {
    return this.#trees.measureAll();
  }

  #groupFor(pid: number, mark: string): Cgroup | undefined {
    let group: Cgroup | undefined;
    try {
      group = this.#cgroups?.open(this.#limits);
      group?.take(pid, mark);
      return group;
    } catch (cause) {
      this.#logger.warn("MCP server without a cgroup: it is held to its limits by looking", { pid, cause });
      void group?.remove();
      return undefined;
    }
  }

  #look(): void {
    const usages = this.#cgroups === undefined ? this.#trees.measure() : undefined;
    for (const [pid, { group, tell }] of this.#watched) {
      const usage = group === undefined ? (usages ?? this.#trees.measure()).get(pid) : countOf(group);
      const limit = enforcedLimit(group, this.#limits) ?? (usage && exceededLimit(usage, this.#limits));
      if (limit === undefined) continue;
      this.#watched.delete(pid);
      tell(limit);
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

/** In a group the kernel sees to memory; it counts threads where we count processes. */
function countOf(group: Cgroup): TreeUsage {
  return { memory: 0, processes: group.processes() };
}

function enforcedLimit(group: Cgroup | undefined, limits: ResourceLimits): string | undefined {
  const limit = group?.exceeded();
  return limit && renderLimit(limit, limits);
}

function lowerPriority(pid: number, nice: number): void {
  try {
    setPriority(pid, nice); // what it starts inherits it
  } catch {
    // It has ended already, which `exited` tells.
  }
}
