import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A process as /proc shows it. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

function readProcess(pid: number, mark: string): Process | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark) || !isAlive(pid)) return undefined;
    return { pid, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() };
  } catch {
    return undefined; // gone since, or another user's
  }
}

/** Whether a process runs; one that has ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Every live process whose environment names `mark`: a folder that one test run alone uses. Finds orphans too. */
export function processesOf(mark: string): Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid), mark) ?? []).filter(({ pid }) => pid !== process.pid);
}

/** Milliseconds: between two looks, and the most that one look counts, however long the machine stands still in it. */
const [pause, longestLook] = [50, 200];

/** Asks until `look` gives something; after `timeout` ms, in which this machine did not stand still, throws with what `describe` says. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  describe: string | (() => string),
  timeout = 30_000,
): Promise<T> {
  let last = performance.now();
  for (let waited = 0; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (waited > timeout) {
      throw new Error(`not within ${timeout} ms: ${typeof describe === "string" ? describe : describe()}`);
    }
    await delay(pause);
    const now = performance.now();
    waited += Math.min(now - last, longestLook);
    last = now;
  }
}

/** Waits until none of `mark`'s processes is left; names those that stay. */
export async function untilAllGone(mark: string, timeout = 30_000): Promise<void> {
  const left = () => processesOf(mark).map(({ pid, command }) => `${pid} ${command}`);
  await until(
    () => (left().length === 0 ? true : undefined),
    () => `the end of\n${left().join("\n")}`,
    timeout,
  );
}
