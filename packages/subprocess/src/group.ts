import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Sends a signal to every member of a process group; true when there was one to receive it, be it a zombie. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // alive, of another user; ESRCH: gone
  }
}

/** Whether a group has a member that runs. Where an init does not reap (a container's), zombies stay: they do not count. */
export function isGroupRunning(group: number): boolean {
  return signalGroup(group, 0) && (process.platform !== "linux" || processIds().some((pid) => isMember(pid, group)));
}

/**
 * Waits until no member of a group runs, at most `milliseconds`; true when none does.
 * Asks again and again: of processes that are not our children no event tells.
 */
export async function groupGone(group: number, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  let pause = 5;
  while (isGroupRunning(group)) {
    const left = until - Date.now();
    if (left <= 0) return false;
    await delay(Math.min(pause, left));
    pause = Math.min(pause * 2, 50);
  }
  return true;
}

function processIds(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

/** proc(5), /proc/pid/stat: after the name in parentheses come state, parent, group. */
function isMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(pgrp) === group && state !== "Z" && state !== "X";
  } catch {
    return false; // it has just ended
  }
}
