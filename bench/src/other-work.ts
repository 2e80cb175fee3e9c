import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { clockTicks, readProcessStat } from "./process-stat.ts";

/** What this machine's processors do beside the measurement. */
export interface OtherWork {
  /** Of all processors, 0 to 1, since it was begun; undefined where there is no /proc. */
  share(): number | undefined;
}

/** Begins to look at what others make the processors do: whatever is neither this process nor came from it. */
export function watchOtherWork(): OtherWork {
  const before = otherSeconds();
  const start = performance.now();
  return {
    share() {
      const after = otherSeconds();
      const elapsed = (performance.now() - start) / 1_000;
      if (before === undefined || after === undefined) return undefined;
      return Math.min(1, Math.max(0, (after - before) / (elapsed * availableParallelism())));
    },
  };
}

function otherSeconds(): number | undefined {
  try {
    return busySeconds() - secondsOfTree(readProcesses(), process.pid);
  } catch {
    return undefined; // no /proc: not Linux
  }
}

function busySeconds(): number {
  const [line = ""] = readFileSync("/proc/stat", "latin1").split("\n");
  return busyTicks(line) / clockTicks;
}

/** From the first line of /proc/stat (proc(5)): all but idle and iowait, what was stolen, and guests, who count as user. Pure. */
export function busyTicks(line: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number);
  return user + nice + system + irq + softirq;
}

/** Of a process and of all that came from it. Pure. */
export function secondsOfTree(processes: ReadonlyMap<number, Process>, root: number): number {
  const tree = [root];
  let sum = 0;
  for (const pid of tree) {
    sum += processes.get(pid)?.seconds ?? 0;
    for (const [child, { parent }] of processes) if (parent === pid) tree.push(child);
  }
  return sum;
}

/** As /proc has it. */
interface Process {
  readonly parent: number;
  /** Its own, and those of the children that it has waited for: what has ended counts with its parent. */
  readonly seconds: number;
}

/** By process id. */
function readProcesses(): ReadonlyMap<number, Process> {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return new Map(pids.flatMap((pid) => [...readProcess(pid)]));
}

/** Nothing for one that has just ended. */
function* readProcess(pid: number): Generator<readonly [number, Process]> {
  try {
    const { parent, seconds, secondsOfEnded } = readProcessStat(pid);
    yield [pid, { parent, seconds: seconds + secondsOfEnded }];
  } catch {
    // It has ended.
  }
}
