import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll } from "@jest/globals";
import { pythonWith } from "./parts.ts";
import { trustOfPython } from "./trust.ts";

const forking = fileURLToPath(new URL("../fixtures/forking.py", import.meta.url));

/** A script of e2e/fixtures that runs: a process of its own. */
export interface PythonProgram {
  /** The lines that it says. */
  readonly lines: Interface;
  /** Says a line to it; one that it ended before is lost. */
  say(line: string): void;
  /** What it and its like have complained of. */
  complaints(): string;
  /** Ends its process without a word. */
  kill(): Promise<void>;
  /** Ends its input, and waits until it has ended. */
  end(): Promise<void>;
}

/**
 * A script that is started often: the SDK is loaded once, and each start forks from there. For the tests of one suite: what was
 * loaded ends after them.
 * @param script below e2e/fixtures
 * @param modules what it imports that takes long
 */
export function pythonPrograms(
  sdk: Parameters<typeof pythonWith>[0],
  script: string,
  ...modules: readonly string[]
): (...args: readonly string[]) => Promise<PythonProgram> {
  let loaded: ReturnType<typeof load> | undefined;
  afterAll(async () => (await loaded)?.end());
  return async (...args) => {
    loaded ??= load(sdk, script, modules);
    const { path, complaints } = await loaded;
    return start(path, args, complaints);
  };
}

async function load(sdk: Parameters<typeof pythonWith>[0], script: string, modules: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "python-"));
  const path = join(folder, "socket");
  const file = fileURLToPath(new URL(`../fixtures/${script}`, import.meta.url));
  const [program, ...args] = pythonWith(sdk, forking, file, path, ...modules);
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...trustOfPython },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complained = "";
  child.stderr.on("data", (chunk) => (complained += chunk));
  const ended = once(child, "exit"); // those that were forked may still hold its stderr
  const endedEarly = ended.then(() => Promise.reject(new Error(`Python did not load ${modules}: ${complained}`)));
  await Promise.race([once(child.stdout, "data"), endedEarly]);
  endedEarly.catch(() => {});
  return {
    path,
    complaints: () => complained,
    async end() {
      child.stdin.end();
      await ended;
      child.stderr.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

async function start(path: string, args: readonly string[], complaints: () => string): Promise<PythonProgram> {
  const socket = connect(path);
  const ended = once(socket, "close").catch(() => {}); // it was made to go away
  socket.on("error", () => {});
  const lines = createInterface({ input: socket });
  const gone = ended.then(() => Promise.reject(new Error(`the Python program ended: ${complaints()}`)));
  gone.catch(() => {});
  const [line] = (await Promise.race([once(lines, "line"), gone])) as [string];
  const { pid } = JSON.parse(line) as { pid: number };
  socket.write(`${JSON.stringify(args)}\n`); // now, so that who is given the program hears its first word
  return {
    lines,
    say: (text) => void socket.write(`${text}\n`),
    complaints,
    async kill() {
      process.kill(pid, "SIGKILL");
      await ended;
    },
    async end() {
      socket.end();
      await ended;
    },
  };
}
