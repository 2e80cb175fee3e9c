import { readdirSync, readFileSync } from "node:fs";

/** MiB that a process has in memory, of that not of files, or had at most (proc(5), /proc/pid/status); its children are not counted. */
export function memoryOf(pid: number, what: "VmRSS" | "RssAnon" | "VmHWM"): number {
  const [, kibibytes] = new RegExp(`^${what}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1_024;
}

/** How many processes of a command a process has started, and that still run. */
export function childrenOf(pid: number, command: string): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isChild(name, pid, command)).length;
}

function isChild(name: string, parent: number, command: string): boolean {
  try {
    const [, ppid] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "latin1")) ?? [];
    return Number(ppid) === parent && readFileSync(`/proc/${name}/cmdline`, "latin1").includes(command);
  } catch {
    return false; // it has just ended
  }
}
