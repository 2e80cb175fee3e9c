import { setTimeout as delay } from "node:timers/promises";
import { groupGone, signalGroup } from "./group.ts";
import type { Subprocess } from "./start.ts";

/** How long each step of the end may take, in milliseconds. */
export interface EndWaits {
  /** After its standard input ended, before SIGTERM. */
  readonly stdin: number;
  /** After SIGTERM, before SIGKILL. */
  readonly terminate: number;
}

/** What it took. `survived`: a member was left even after SIGKILL (a zombie nobody reaps, or unkillable sleep). */
export type Ending = "ended" | "terminated" | "killed" | "survived";

const patient: EndWaits = { stdin: 5_000, terminate: 5_000 };
/** For members whose leader is gone: nobody will tell them that their input ended. */
const orphanWait = 500;
const killWait = 1_000;

/**
 * Ends a child and its whole process group: end of standard input, SIGTERM, SIGKILL (MCP 2025-11-25 lifecycle,
 * shutdown). Bounded by the waits and a second or two; also ends members that outlived their leader. May be called again.
 */
export async function endSubprocess(child: Subprocess, waits: EndWaits = patient): Promise<Ending> {
  child.stdin.end();
  const ending = await endGroup(child, waits);
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
  child.released();
  return ending;
}

async function endGroup(child: Subprocess, waits: EndWaits): Promise<Ending> {
  if (await endedWithin(child, waits.stdin, orphanWait)) return "ended";
  signalGroup(child.pid, "SIGTERM");
  if (await endedWithin(child, waits.terminate, waits.terminate)) return "terminated";
  signalGroup(child.pid, "SIGKILL");
  return (await endedWithin(child, killWait, killWait)) ? "killed" : "survived";
}

/** Whether the leader exits within `milliseconds`, and after it the rest of its group within `membersMilliseconds`. */
async function endedWithin({ pid, exited }: Subprocess, milliseconds: number, membersMilliseconds: number) {
  const timer = new AbortController();
  const timeout = delay(milliseconds, false, { signal: timer.signal }).catch(() => false);
  const leaderGone = await Promise.race([exited.then(() => true), timeout]);
  timer.abort();
  return leaderGone && (await groupGone(pid, membersMilliseconds));
}
