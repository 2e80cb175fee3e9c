import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { withoutInherited } from "./inherited-descriptors.ts";

/**
 * A small shell process beside this one that ends its children should this process be killed, by whatever
 * signal. One per service process.
 */
export interface Guardian {
  /** A fresh mark for one child, to be put into its environment: the guardian finds by it what left its group. */
  mark(): { readonly child: number; readonly env: Readonly<Record<"GATEWAY_CHILD", string>> };
  /** From now on this process group ends with us. */
  watch(group: number): void;
  /** The group has ended: what escaped from it is killed, and its id may be used again by others. */
  forget(group: number, child: number): void;
  /** Ends every child that is left, and the guardian; resolves when it has exited. */
  close(): Promise<void>;
}

// Beside src/ and dist/, so that both find it.
const script = fileURLToPath(new URL("../guardian.sh", import.meta.url));

/** Milliseconds until a guardian that was killed has a successor: one that is killed again and again shall not keep us busy. */
const pause = 250;

/**
 * Starts the guardian, in a session of its own so that the terminal's Ctrl-C does not end it first. A child may kill it, being of the
 * same user: another one is then told of the groups that are watched.
 * @param graceMilliseconds how long children get between SIGTERM and SIGKILL once this process is gone
 * @throws when there is no `/bin/sh`
 */
export async function openGuardian({ graceMilliseconds = 1_000 } = {}): Promise<Guardian> {
  const owner = randomBytes(12).toString("hex");
  const args = [script, owner, String(Math.ceil(graceMilliseconds / 100))];
  const groups = new Set<number>();
  let isClosing = false;
  const start = async () => {
    const shell = await startShell(args);
    // What escaped from a group that has ended meanwhile is found by its mark, at our end.
    for (const group of groups) shell.tell(`+ ${group}`);
    return shell;
  };
  let current: Shell | undefined = await start();
  const startSuccessor = async () => {
    current = undefined;
    await delay(pause, undefined, { ref: false });
    if (isClosing) return;
    current = await start().catch(() => undefined);
    void (current?.exited ?? Promise.resolve()).then(startSuccessor);
  };
  void current.exited.then(startSuccessor);
  let children = 0;
  return {
    mark() {
      children += 1;
      return { child: children, env: { GATEWAY_CHILD: `${owner}/${children}/` } };
    },
    watch(group) {
      groups.add(group);
      current?.tell(`+ ${group}`);
    },
    forget(group, child) {
      groups.delete(group);
      current?.tell(`- ${group} ${child}`);
    },
    async close() {
      isClosing = true;
      await (current ?? (await start())).end();
    },
  };
}

/** One shell that runs the guardian's script. */
interface Shell {
  tell(line: string): void;
  /** Resolves when it has exited, by itself or not. */
  readonly exited: Promise<void>;
  /** Has it end what is left; resolves when it has. */
  end(): Promise<void>;
}

async function startShell(args: readonly string[]): Promise<Shell> {
  const options = { detached: true, cwd: "/", env: { PATH: "/usr/local/bin:/usr/bin:/bin" } };
  const shell = withoutInherited(["pipe", "ignore", "ignore"], (stdio) =>
    spawn("/bin/sh", args, { ...options, stdio }),
  );
  await once(shell, "spawn");
  const exited = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
  const input = shell.stdin as Socket;
  input.on("error", () => {}); // it was killed: its successor is told
  shell.unref();
  input.unref();
  return {
    tell: (line) => void input.write(`${line}\n`),
    exited,
    async end() {
      shell.ref();
      input.end();
      await exited;
    },
  };
}
