import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The one group for everything of ours that is no child: a group with groups below it may hold no process itself. */
export const ownGroup = "gateway";

/** Where a process stands in the cgroup v2 hierarchy. */
export interface Place {
  /** Its group, as a folder. */
  readonly folder: string;
  /** Its group as /proc/self/cgroup names it. */
  readonly path: string;
}

/**
 * The place of this process; undefined where there is no cgroup v2. Pure.
 * @param mountinfo text of /proc/self/mountinfo (proc(5))
 * @param cgroup text of /proc/self/cgroup (cgroups(7))
 */
export function placeOf(mountinfo: string, cgroup: string): Place | undefined {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  const mount = mountinfo.split("\n").find((line) => / - cgroup2 /.test(line));
  const [, , , root = "", point = ""] = (mount ?? "").split(" ");
  if (path === undefined || point === "" || path.startsWith("/..")) return undefined;
  const below = root === "/" ? path : path.startsWith(root) ? path.slice(root.length) : undefined;
  return below === undefined ? undefined : { folder: resolve(point + below), path };
}

/** The place of this process, if what is below it was left to it; undefined: it must not make groups there. */
export function findDelegated(): Place | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const place = placeOf(readFileSync("/proc/self/mountinfo", "utf8"), readFileSync("/proc/self/cgroup", "utf8"));
    return place !== undefined && isDelegated(place) ? place : undefined;
  } catch {
    return undefined; // no cgroups, or none that can be seen
  }
}

/**
 * Writable is not enough: root can write everywhere, and a user in every session of theirs, where processes that are
 * none of ours would be moved. Left to us is the root of a container's own namespace, or of a machine on which nobody
 * manages groups, and a unit of which systemd says so (Delegate=yes).
 */
function isDelegated({ folder, path }: Place): boolean {
  if (path === "/" || path === `/${ownGroup}`) return true;
  const unit = path.split("/").findLast((name) => /\.(service|scope)$/.test(name));
  if (unit === undefined || !existsSync(folder)) return false;
  const manager = /\/user@\d+\.service\//.test(path) ? ["--user"] : [];
  const asked = ["show", ...manager, "--property=Delegate", "--value", "--", unit];
  const answer = execFileSync("systemctl", asked, {
    encoding: "utf8",
    timeout: 2_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return answer.trim() === "yes";
}
