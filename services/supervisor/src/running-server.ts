import { setTimeout as delay } from "node:timers/promises";
import type { Guardian } from "@gateway/subprocess";
import { CommandNotFound } from "@gateway/subprocess";
import { refusedReadiness } from "./domain/readiness-answer.ts";
import type { ServerState } from "./domain/server-state.ts";
import type { LogFile } from "./log-file.ts";
import type { ProbeQueue } from "./probe-queue.ts";
import { accepts, ask, portOf, untilListening } from "./readiness.ts";
import { type ProcessSpec, type Supervised, supervise } from "./supervised.ts";

const loopback = "127.0.0.1";
const askAgainAfter = 30_000; // ms: a failed server may be mended while the gateway runs (uvx installed, network back)

/** What the servers of one gateway share. */
export interface ServerContext {
  readonly guardian: Guardian;
  readonly processEnv: NodeJS.ProcessEnv;
  readonly queue: ProbeQueue;
  readonly openLog: (name: string) => LogFile;
  /** Whether a command's program can be found. */
  readonly hasProgram: (program: string, cwd: string) => boolean;
  readonly show: (name: string, state: ServerState) => void;
  /** Milliseconds until a server counts as failed. */
  readonly startupTimeout: number;
  /** The gateway's end. */
  readonly signal: AbortSignal;
}

/** A process that serves one MCP server, and how one learns whether it is ready. */
export interface ServerProcess {
  readonly spec: ProcessSpec;
  readonly port: number;
  /** The server's own program: the spec's first word, or that of the child behind a proxy. */
  readonly program: string;
  /** Servers of one key are started one after the other. */
  readonly fetchKey: string;
  /** Milliseconds until it counts as failed, where that is not as for all. */
  readonly startupTimeout?: number;
}

/** Runs a proxy. It is up at once; its server is ready when the proxy's probe child has answered (decision 10). */
export function runProxy(server: ServerProcess, context: ServerContext): Supervised {
  const probe = async (signal: AbortSignal): Promise<ServerState> => {
    await untilListening({ port: server.port, host: loopback }, signal);
    const { status, body } = await ask(`http://${loopback}:${server.port}/ready`, signal);
    return status === 200 ? { kind: "ready" } : { kind: "failed", reason: refusedReadiness(body) };
  };
  return superviseServer(server, probe, context);
}

/** Runs a server that speaks HTTP itself. It is ready when it listens. */
export function runNative(server: ServerProcess, context: ServerContext): Supervised {
  const probe = async (signal: AbortSignal): Promise<ServerState> => {
    await untilListening({ port: server.port, host: loopback }, signal);
    return { kind: "ready" };
  };
  return superviseServer(server, probe, context);
}

/** Watches a server that runs elsewhere, until the gateway ends. */
export async function watchExternal(name: string, url: URL, context: ServerContext): Promise<void> {
  const address = { host: url.hostname.replace(/^\[|\]$/g, ""), port: portOf(url) };
  while (!context.signal.aborted) {
    const isUp = await accepts(address);
    context.show(name, isUp ? { kind: "ready" } : { kind: "failed", reason: `nothing answers at ${url.origin}` });
    await delay(askAgainAfter, undefined, { signal: context.signal }).catch(() => {});
  }
}

type Probe = (signal: AbortSignal) => Promise<ServerState>;

function superviseServer(server: ServerProcess, probe: Probe, context: ServerContext): Supervised {
  const { spec } = server;
  let life = new AbortController();
  return supervise(spec, {
    guardian: context.guardian,
    processEnv: context.processEnv,
    log: context.openLog(spec.name),
    onUp: () => {
      life = new AbortController();
      void watch(server, probe, context, life.signal);
    },
    onDown: ({ reason }) => {
      life.abort();
      const known = context.hasProgram(server.program, spec.cwd);
      context.show(spec.name, known ? { kind: "restarting", reason } : missingProgram(server.program));
    },
  });
}

/** Asks, when its turn has come, whether a server is ready, and asks again while it is not. */
async function watch(server: ServerProcess, probe: Probe, context: ServerContext, life: AbortSignal): Promise<void> {
  const { name } = server.spec;
  const { startupTimeout = context.startupTimeout } = server;
  const over = AbortSignal.any([life, context.signal]);
  context.show(name, { kind: "starting" });
  while (!over.aborted) {
    const isThere = context.hasProgram(server.program, server.spec.cwd);
    const state = isThere
      ? await context.queue.add(server.fetchKey, () => bounded(probe, startupTimeout, over))
      : missingProgram(server.program);
    if (over.aborted) return;
    context.show(name, state);
    if (state.kind === "ready") return;
    await delay(askAgainAfter, undefined, { signal: over }).catch(() => {});
  }
}

async function bounded(probe: Probe, milliseconds: number, over: AbortSignal): Promise<ServerState> {
  const reason = `not ready after ${milliseconds / 1_000} s (MCP_STARTUP_TIMEOUT)`;
  // A proxy bounds its own probe by the same time, and knows more about the failure: it may tell first.
  const signal = AbortSignal.any([over, AbortSignal.timeout(milliseconds + 2_000)]);
  return probe(signal).catch((): ServerState => ({ kind: "failed", reason }));
}

function missingProgram(program: string): ServerState {
  const { hint, message } = new CommandNotFound(program);
  return { kind: "failed", reason: hint.startsWith("needs ") ? hint : message };
}
