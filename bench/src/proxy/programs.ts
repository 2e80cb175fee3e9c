import { homedir } from "node:os";
import { type Program, type Run, startProgram } from "../program.ts";

/** Proxies that were started for one comparison, and end with it: the last one first. */
export interface Programs extends AsyncDisposable {
  /** Starts one, as in production, on a port that it is told. */
  readonly run: Run;
}

/** None yet. */
export function openPrograms(): Programs {
  const started: Program[] = [];
  return {
    async run(command, port, env = {}) {
      const base = { NODE_ENV: "production", HOME: homedir(), PORT: String(port) };
      const program = await startProgram(command, port, { ...base, ...env });
      started.push(program);
      return program;
    },
    async [Symbol.asyncDispose]() {
      for (const program of started.reverse()) await program[Symbol.asyncDispose]();
    },
  };
}
