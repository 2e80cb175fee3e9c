import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { readProcessStat } from "./process-stat.ts";

/** A program under measurement. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Seconds of CPU, user and system, that it has used so far (proc(5)); undefined where there is no /proc. */
  cpuSeconds(): number | undefined;
}

/** Starts a program that listens on a port, and remembers to end it. */
export type Run = (
  command: readonly [string, ...string[]],
  port: number,
  env?: Readonly<Record<string, string>>,
) => Promise<Program>;

const startLimit = 60_000; // ms
const endLimit = 10_000; // ms

/** Starts a program and waits until it accepts connections on `port`. */
export async function startProgram(
  [file, ...args]: readonly [string, ...string[]],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-2_000);
  });
  await accepting(port, child, () => complaint).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  const pid = child.pid as number;
  return {
    pid,
    cpuSeconds: () => cpuSeconds(pid),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const cut = setTimeout(() => child.kill("SIGKILL"), endLimit);
  await exited;
  clearTimeout(cut);
}

async function accepting(port: number, child: ChildProcess, complaint: () => string): Promise<void> {
  const until = Date.now() + startLimit;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`a contender ended before it listened: ${complaint()}`);
    if (await accepts(port)) return;
    await delay(20); // nothing tells when another process listens
  }
  throw new Error(`a contender does not listen on port ${port}: ${complaint()}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

function cpuSeconds(pid: number): number | undefined {
  try {
    return readProcessStat(pid).seconds;
  } catch {
    return undefined;
  }
}
