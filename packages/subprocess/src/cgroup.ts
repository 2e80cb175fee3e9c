import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readMark } from "./process-trees.ts";

/** What one group may use; undefined: no bound. */
export interface CgroupLimits {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Processes at one time. */
  readonly pids: number | undefined;
  /** Processors' worth of time. */
  readonly cpus: number | undefined;
}

/** The group of one child and of all that it starts (cgroup v2). */
export interface Cgroup {
  /** Takes a child that has just been started, and what it has started since. @param mark its value of GATEWAY_CHILD */
  take(pid: number, mark: string): void;
  /** Which limit the kernel has enforced, by ending it or by refusing a process. */
  exceeded(): "memory" | "pids" | undefined;
  /** Processes in it now. */
  processes(): number;
  /** Ends what is left in it, and removes it. May be called again. */
  remove(): Promise<void>;
}

/** The kernel counts threads, our limit counts processes: so many of the first are enough for one of the second. */
const threadsOfProcess = 64;
/** Microseconds. */
const cpuPeriod = 100_000;
const mostRounds = 20;
const removalWaits = [0, 5, 10, 20, 50, 100, 200, 500];

/**
 * Makes a group.
 * @param own the group in which this process is, and with it what it has just started
 * @throws what the file system throws
 */
export function openCgroup({ folder, own }: { folder: string; own: string }, limits: CgroupLimits): Cgroup {
  mkdirSync(folder);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const { memory, pids, cpus } = limits;
  if (memory !== undefined) {
    write("memory.max", String(memory));
    write("memory.oom.group", "1"); // half of a server is of no use
    writeIfThere(folder, "memory.swap.max", "0");
  }
  if (pids !== undefined) write("pids.max", String(pids * threadsOfProcess));
  if (cpus !== undefined) write("cpu.max", `${Math.max(1_000, Math.round(cpus * cpuPeriod))} ${cpuPeriod}`);
  let removed: Promise<void> | undefined;
  return {
    take(pid, mark) {
      write("cgroup.procs", String(pid));
      for (let round = 0; round < mostRounds && takeStrays(folder, own, mark); round += 1);
    },
    exceeded() {
      if (memory !== undefined && count(folder, "memory.events", "oom_kill") > 0) return "memory";
      return pids !== undefined && count(folder, "pids.events", "max") > 0 ? "pids" : undefined;
    },
    processes: () => processesIn(folder).length,
    remove: () => (removed ??= remove(folder)),
  };
}

/** What the child started before it was taken is still where it was born; it is found by its mark. */
function takeStrays(folder: string, own: string, mark: string): boolean {
  const strays = processesIn(own).filter((pid) => readMark(pid) === mark);
  for (const pid of strays) writeIfThere(folder, "cgroup.procs", String(pid));
  return strays.length > 0;
}

/** Ends everything in a group at once. */
export function discard(folder: string): void {
  writeIfThere(folder, "cgroup.kill", "1"); // Linux 5.14; what is older leaves it to the guardian
}

async function remove(folder: string): Promise<void> {
  discard(folder);
  for (const milliseconds of removalWaits) {
    await delay(milliseconds);
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    }
  }
}

function processesIn(folder: string): readonly number[] {
  return readIfThere(folder, "cgroup.procs").split("\n").filter(Boolean).map(Number);
}

/** A line of a flat keyed file, such as `oom_kill 1`. */
function count(folder: string, file: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, "m").exec(readIfThere(folder, file))?.[1] ?? 0);
}

function readIfThere(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), "utf8");
  } catch {
    return ""; // the group is gone, or this kernel does not have the file
  }
}

function writeIfThere(folder: string, file: string, text: string): void {
  try {
    writeFileSync(join(folder, file), text, { flag: "r+" });
  } catch {
    // This kernel does not have it, or the process has ended.
  }
}
