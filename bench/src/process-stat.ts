import { readFileSync } from "node:fs";

/** USER_HZ: ticks a second of the times in /proc, fixed on Linux. */
export const clockTicks = 100;

/** What /proc/pid/stat says of a process (proc(5)). */
export interface ProcessStat {
  readonly parent: number;
  /** Processor time of its own. */
  readonly seconds: number;
  /** That of the children which it has waited for. */
  readonly secondsOfEnded: number;
}

/** @throws where there is no such process, or no /proc */
export function readProcessStat(pid: number): ProcessStat {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number); // the name before may hold anything
  const ticks = (from: number) => (fields[from] ?? 0) + (fields[from + 1] ?? 0);
  return { parent: fields[1] ?? 0, seconds: ticks(11) / clockTicks, secondsOfEnded: ticks(13) / clockTicks };
}
