import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Cgroup, type CgroupLimits, discard, openCgroup } from "./cgroup.ts";
import { ownGroup, type Place } from "./delegation.ts";

/** Makes groups for children. */
export interface Cgroups {
  /** A group with these limits. @throws what the file system throws */
  open(limits: CgroupLimits): Cgroup;
}

const mostTries = 10;

/**
 * Prepares the groups below a place that was left to us (cgroup v2, delegation): moves what is in it into a group of
 * its own, and turns on the controllers that the limits need. Several processes of one place may do so at one time.
 * @returns undefined where that cannot be done
 */
export function openCgroups({ folder }: Place, limits: CgroupLimits): Cgroups | undefined {
  const base = basename(folder) === ownGroup ? dirname(folder) : folder;
  const controllers = neededControllers(limits);
  try {
    const offered = new Set(read(base, "cgroup.controllers").trim().split(" "));
    if (!controllers.every((each) => offered.has(each)) || !enable(base, controllers)) return undefined;
    removeLeftovers(base);
  } catch {
    return undefined; // read-only, of another user, or gone: limits are then held by looking
  }
  const own = isRoot(base) ? base : join(base, ownGroup);
  let opened = 0;
  return {
    open(each) {
      opened += 1;
      return openCgroup({ folder: join(base, `mcp-${process.pid}-${opened}`), own }, each);
    },
  };
}

function neededControllers({ memory, pids, cpus }: CgroupLimits): readonly string[] {
  const wanted = { memory, pids, cpu: cpus };
  return Object.entries(wanted).flatMap(([controller, limit]) => (limit === undefined ? [] : [controller]));
}

/** The root alone has no such file, and may hold processes beside groups. */
function isRoot(folder: string): boolean {
  return !existsSync(join(folder, "cgroup.events"));
}

/** Whether the controllers are on: again and again, since others may be starting processes here. */
function enable(base: string, controllers: readonly string[]): boolean {
  const line = controllers.map((each) => `+${each}`).join(" ");
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (!isRoot(base)) moveAll(base, join(base, ownGroup));
    try {
      writeFileSync(join(base, "cgroup.subtree_control"), line);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
    }
  }
  return false;
}

function moveAll(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const pid of read(from, "cgroup.procs").split("\n").filter(Boolean)) {
    try {
      writeFileSync(join(to, "cgroup.procs"), pid);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just ended
    }
  }
}

/** Groups of a process that was killed: what was in them was ended by its guardian. */
function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    const [, owner] = /^mcp-(\d+)-\d+$/.exec(name) ?? [];
    if (owner === undefined || isOthers(Number(owner))) continue;
    discard(join(base, name));
    try {
      rmdirSync(join(base, name));
    } catch {
      // Something in it has not ended yet: the next start removes it.
    }
  }
}

/** Ids come again: a group that bears ours from before our time is nobody's. */
function isOthers(pid: number): boolean {
  return pid !== process.pid && existsSync(`/proc/${pid}`);
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}
