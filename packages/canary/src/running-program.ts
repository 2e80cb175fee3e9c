import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program that a test runs, as people run it. */
export interface RunningProgram extends AsyncDisposable {
  kill(signal: NodeJS.Signals): boolean;
  endInput(): void;
  /** Its exit code, once it has ended; `null` after a signal. */
  readonly exit: Promise<number | null>;
  /** All that it has written so far. */
  printed(): string;
  /** The log's line for an event, once it is there; rejects when the program ends before. */
  logged(event: string): Promise<Record<string, unknown>>;
}

/**
 * Runs a service as people run it: its build (`tsc -b`), with this environment and the PATH, ended at the end of the scope.
 * @param test the URL of a file in the service's `test/`
 * @param watch gets what it prints, to be searched for credentials
 */
export function runMain(
  test: string,
  env: Readonly<Record<string, string>>,
  watch: (printed: Buffer) => void = () => {},
): RunningProgram {
  const main = fileURLToPath(new URL("../dist/main.js", test));
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...env }, stdio: "pipe" });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => (printed += chunk));
    stream.on("data", watch);
  }
  const exit = once(child, "close").then(([code]) => code as number | null);
  return {
    kill: (signal) => child.kill(signal),
    endInput: () => child.stdin.end(),
    exit,
    printed: () => printed,
    async logged(event) {
      for (;;) {
        const line = printed.split("\n").find((each) => each.includes(`"event":"${event}"`));
        if (line !== undefined) return JSON.parse(line);
        const ended = await Promise.race([once(child.stderr, "data").then(() => false), exit.then(() => true)]);
        if (ended) throw new Error(`ended before "${event}":\n${printed}`);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
