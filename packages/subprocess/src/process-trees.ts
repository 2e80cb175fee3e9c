import { readdirSync, readFileSync } from "node:fs";

/** What a child and everything that came from it use at one moment. */
export interface TreeUsage {
  /** Bytes of memory that only it can give back: anonymous and shared, not the pages of mapped files. */
  readonly memory: number;
  /** Running processes; zombies do not count. */
  readonly processes: number;
}

/** What all children together use at one moment. */
export interface TreesUsage extends TreeUsage {
  /** Processor time from the start until now, of those that have ended too. */
  readonly cpuSeconds: number;
}

/** A process that is no child's may become one's under the same id: it is looked at again after so many looks. */
const looksUntilDoubt = 40;

/**
 * Finds out by /proc what children use, all their processes counted: those that a known one started, and those that
 * carry the child's mark though they left its group (setsid, double fork). Where there is no /proc nothing is found.
 */
export class ProcessTrees {
  readonly #leaders = new Map<string, number>();
  /** Of each process the child it belongs to; undefined: none. */
  readonly #leaderOf = new Map<number, number | undefined>();
  #looks = 0;
  #cpuSeconds = 0;

  /** @param mark the child's value of GATEWAY_CHILD */
  add(leader: number, mark: string): void {
    this.#leaders.set(mark, leader);
    this.#leaderOf.set(leader, leader);
  }

  remove(leader: number, mark: string): void {
    this.#leaders.delete(mark);
    for (const [pid, of] of this.#leaderOf) if (of === leader) this.#leaderOf.delete(pid);
  }

  /** By leader. */
  measure(): ReadonlyMap<number, TreeUsage> {
    const usages = new Map<number, TreeUsage>();
    for (const pid of this.#runningProcesses()) {
      const leader = this.#leader(pid);
      if (leader === undefined) continue;
      const memory = readMemory(pid);
      const { memory: sum, processes } = usages.get(leader) ?? { memory: 0, processes: 0 };
      if (memory !== undefined) usages.set(leader, { memory: sum + memory, processes: processes + 1 });
    }
    return usages;
  }

  /** Of all children at once. */
  measureAll(): TreesUsage {
    const usages = [...this.measure().values()];
    const running = [...this.#leaderOf].filter(([, leader]) => leader !== undefined).map(([pid]) => cpuSeconds(pid));
    // What has ended counts with the process that waited for it, in the end with this one. What somebody else waited
    // for is lost: the sum must not fall for that.
    this.#cpuSeconds = Math.max(this.#cpuSeconds, sum(running) + cpuSecondsOfEnded());
    return {
      memory: sum(usages.map(({ memory }) => memory)),
      processes: sum(usages.map(({ processes }) => processes)),
      cpuSeconds: this.#cpuSeconds,
    };
  }

  /** In ascending order: parents mostly stand before those they started. */
  #runningProcesses(): readonly number[] {
    const pids = listProcesses();
    const running = new Set(pids);
    this.#looks += 1;
    const isDoubtful = this.#looks % looksUntilDoubt === 0;
    for (const [pid, leader] of this.#leaderOf) {
      if (!running.has(pid) || (isDoubtful && leader === undefined)) this.#leaderOf.delete(pid);
    }
    return pids;
  }

  #leader(pid: number): number | undefined {
    if (!this.#leaderOf.has(pid))
      this.#leaderOf.set(pid, this.#leaders.get(readMark(pid)) ?? this.#leaderOfParent(pid));
    return this.#leaderOf.get(pid);
  }

  #leaderOfParent(pid: number): number | undefined {
    return this.#leaderOf.get(Number(/^PPid:\s+(\d+)/m.exec(readProc(pid, "status"))?.[1]));
  }
}

function listProcesses(): readonly number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return []; // no /proc: not Linux
  }
}

/** proc(5), /proc/pid/environ. Unreadable where it is of another user, and then no child's. */
export function readMark(pid: number): string {
  return /(?:^|\0)GATEWAY_CHILD=([^\0]*)/.exec(readProc(pid, "environ"))?.[1] ?? "";
}

/** proc(5), /proc/pid/status: undefined for a zombie, and for what has just ended. */
function readMemory(pid: number): number | undefined {
  const status = readProc(pid, "status");
  if (status === "" || /^State:\s+[ZX]/m.test(status)) return undefined;
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return (kibibytes("RssAnon") + kibibytes("RssShmem")) * 1_024;
}

/** Of one process and of those it started and waited for. */
function cpuSeconds(pid: number): number {
  return sum(cpuTimes(pid));
}

/** Of the children of this process that it has waited for, with theirs. */
function cpuSecondsOfEnded(): number {
  return sum(cpuTimes(process.pid).slice(2));
}

/** proc(5), /proc/pid/stat: utime, stime, cutime, cstime, in ticks, of which Linux has a hundred a second everywhere. */
function cpuTimes(pid: number): readonly number[] {
  const stat = readProc(pid, "stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map((ticks) => Number(ticks) / 100);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function readProc(pid: number, file: "environ" | "stat" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return ""; // it has just ended
  }
}
