import { type ChildProcess, type ChildProcessByStdio, type StdioOptions, spawn } from "node:child_process";
import { statSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Guardian } from "./guardian.ts";
import { withoutInherited } from "./inherited-descriptors.ts";
import { CannotStart, CommandNotFound } from "./start-error.ts";
import { keepTail } from "./stderr-tail.ts";

/** How a process ended: by exit code, or by signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running child: the leader of its own process group, whose id is `pid`. */
export interface Subprocess {
  readonly pid: number;
  /** Its value of GATEWAY_CHILD, which all that it starts inherit. */
  readonly mark: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** For more listeners; it is drained in any case. */
  readonly stderr: Readable;
  /** Undefined while the leader runs. Members of its group may outlive it. */
  exit(): Exit | undefined;
  /** When the leader has exited; its output may still be in the pipes. */
  readonly exited: Promise<Exit>;
  /** The last few KiB of standard error. */
  stderrTail(): string;
  /** Its group has been ended: tells the guardian. */
  released(): void;
}

export interface StartOptions {
  /** The program and its arguments, handed over exactly; no shell reads them. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment, as `childEnvironment` builds it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** Ends the child's group should this process be killed. */
  readonly guardian: Guardian;
  /** Bytes of standard error to keep. */
  readonly tailBytes?: number;
}

/**
 * Starts a child in its own session and process group, with three pipes and no other descriptor.
 * @throws {CommandNotFound} when there is no such program
 * @throws {CannotStart} when it cannot be run, or `cwd` is no directory
 */
export async function startSubprocess(options: StartOptions): Promise<Subprocess> {
  const { command, env, cwd, guardian, tailBytes = 8_192 } = options;
  const mark = guardian.mark();
  const child = await spawned(command, { ...env, ...mark.env }, cwd);
  const pid = child.pid as number;
  guardian.watch(pid);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  child.on("error", () => {}); // a failed kill: the group is signalled by id, and its state looked at
  child.stdin.on("error", () => {}); // EPIPE of a dead child: `exited` tells
  child.stdout.on("error", () => {});
  return {
    pid,
    mark: mark.env.GATEWAY_CHILD,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exit: () => exit,
    exited,
    stderrTail: keepTail(child.stderr, tailBytes),
    released: () => guardian.forget(pid, mark.child),
  };
}

type Piped = ChildProcessByStdio<Writable, Readable, Readable>;

function spawned([program, ...args]: readonly [string, ...string[]], env: Record<string, string>, cwd?: string) {
  return new Promise<Piped>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(startError(program, cwd, error));
    try {
      const options = { env, cwd, shell: false, detached: true };
      const start = (stdio: StdioOptions): ChildProcess => spawn(program, args, { ...options, stdio });
      const child = withoutInherited(["pipe", "pipe", "pipe"], start);
      child.once("error", fail);
      child.once("spawn", () => {
        child.off("error", fail);
        resolve(child as Piped);
      });
    } catch (error) {
      fail(error as NodeJS.ErrnoException); // a NUL byte in an argument is thrown, not emitted
    }
  });
}

function startError(program: string, cwd: string | undefined, error: NodeJS.ErrnoException): Error {
  // ENOENT is also what a missing working directory gives.
  if (cwd !== undefined && !statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    return new CannotStart(program, `its working directory ${cwd} does not exist`, error);
  }
  if (error.code === "ENOENT") return new CommandNotFound(program);
  if (error.code === "EACCES") return new CannotStart(program, "it is not executable", error);
  return new CannotStart(program, error.message, error);
}
