import type { IOType } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { devNull } from "node:os";

/** What stands at a child's descriptor: a kind of Node's, or a descriptor of ours that is handed on. */
type Stdio = IOType | number;

/**
 * With up to so many open descriptors all are looked at each time. With more, only those that the last look did not see: it
 * misses a number that was closed and given again, but a proxy with hundreds of children must not look at all for each start.
 */
const fewEnough = 64;
/** proc(5), /proc/pid/fdinfo: open(2)'s O_CLOEXEC, of which `flags` tells in octal. */
const closeOnExec = 0o2000000;

/** What the last look found to close by itself. */
let closing: ReadonlySet<string> = new Set();

/**
 * Starts a process that gets `stdio` and nothing else of ours (security.md 23). Node opens everything so that it closes
 * in a child; native code need not (LMDB's data file does not): over each such descriptor the child gets /dev/null.
 * @param start starts it, before it returns, with this as its `stdio`
 */
export function withoutInherited<Started>(stdio: readonly Stdio[], start: (stdio: Stdio[]) => Started): Started {
  const inherited = findInheritable().filter((fd) => fd >= stdio.length);
  if (inherited.length === 0) return start([...stdio]);
  const nothing = openSync(devNull, "r");
  try {
    // "ignore" leaves what is above 2 as it is: to close by itself.
    const all: Stdio[] = [...stdio, ...Array<Stdio>(Math.max(...inherited) + 1 - stdio.length).fill("ignore")];
    for (const fd of inherited) all[fd] = nothing;
    return start(all);
  } finally {
    closeSync(nothing);
  }
}

/** Descriptors of this process that a child would have as well. None where there is no /proc: macOS closes them all. */
function findInheritable(): readonly number[] {
  const open = listOpen();
  const known = open.length > fewEnough ? closing : new Set<string>();
  closing = new Set(open.filter((fd) => known.has(fd) || isClosing(fd)));
  return open.filter((fd) => !closing.has(fd)).map(Number);
}

function listOpen(): readonly string[] {
  try {
    return readdirSync("/proc/self/fdinfo");
  } catch {
    return [];
  }
}

function isClosing(fd: string): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1] ?? "";
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    return true; // it was the listing's own
  }
}
