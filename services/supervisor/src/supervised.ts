import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import {
  childEnvironment,
  type EndWaits,
  type Exit,
  endSubprocess,
  type Guardian,
  type Subprocess,
  signalGroup,
  startSubprocess,
} from "@gateway/subprocess";
import { backOff, failuresAfter } from "./domain/back-off.ts";
import { oneLine } from "./domain/render-table.ts";
import type { Environment } from "./domain/service-environment.ts";
import type { LogFile } from "./log-file.ts";

/** A process that is to run as long as the gateway does. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Its own variables, beside what any program needs of the machine's. */
  readonly env: Environment;
  readonly cwd: string;
  /** How long it may take to end when asked. */
  readonly endWaits: EndWaits;
}

/** A process under supervision. */
export interface Supervised {
  readonly name: string;
  /** Undefined between two lives. */
  pid(): number | undefined;
  restarts(): number;
  /** Ends this life in an orderly way, and the next begins at once. */
  restart(): void;
  /** Ends it and whatever it started; no further life. Bounded by its `endWaits`. */
  stop(): Promise<void>;
  /** The same without asking. */
  kill(): void;
}

export interface SupervisedOptions {
  readonly guardian: Guardian;
  readonly processEnv: NodeJS.ProcessEnv;
  readonly log: LogFile;
  /** A new life began. */
  readonly onUp: () => void;
  /** It ended, or could not begin; the next life begins after a pause. */
  readonly onDown: (end: End) => void;
}

/** Why a life ended. */
export interface End {
  /** One line. */
  readonly reason: string;
  /** The last of what it wrote to standard error. */
  readonly output: string;
}

/** What a dead process wrote last may still be in the pipe; what it left behind may hold the pipe open. */
const lastWords = 200; // ms

/** After a death of its own accord: what is left of its group gets little time. */
const remainderWaits: EndWaits = { stdin: 0, terminate: 500 };

/** Starts a process, and starts it again, with growing pauses, whenever it ends. */
export function supervise(spec: ProcessSpec, options: SupervisedOptions): Supervised {
  const stopping = new AbortController();
  let asked = new AbortController(); // of this life, or of the pause after it
  let child: Subprocess | undefined;
  let restarts = 0;

  const lives = async () => {
    for (let failures = 0; !stopping.signal.aborted; restarts += 1) {
      const startedAt = Date.now();
      asked = new AbortController();
      const signal = AbortSignal.any([stopping.signal, asked.signal]);
      const end = await live(spec, options, signal, (started) => {
        child = started;
      }).catch((error: Error) => ({ reason: error.message, output: error.message }));
      child = undefined;
      if (stopping.signal.aborted) return;
      failures = asked.signal.aborted ? 0 : failuresAfter(failures, Date.now() - startedAt);
      options.onDown(end);
      await delay(backOff(failures), undefined, { signal }).catch(() => {});
    }
  };
  const ended = lives().finally(() => options.log.close());

  return {
    name: spec.name,
    pid: () => child?.pid,
    restarts: () => restarts,
    restart: () => asked.abort(),
    stop: () => {
      stopping.abort();
      return ended;
    },
    kill: () => {
      stopping.abort();
      if (child) signalGroup(child.pid, "SIGKILL");
    },
  };
}

/**
 * One life, from start to end; gives the reason of its end.
 * @param toEnd aborted when it is to end
 * @param onStart gets its process
 */
async function live(
  spec: ProcessSpec,
  { processEnv, guardian, log, onUp }: SupervisedOptions,
  toEnd: AbortSignal,
  onStart: (child: Subprocess) => void,
): Promise<End> {
  const env = childEnvironment(processEnv, spec.env);
  const child = await startSubprocess({ command: spec.command, env, cwd: spec.cwd, guardian });
  onStart(child);
  log.drain(child.stdout);
  log.drain(child.stderr);
  onUp();
  const exit = await Promise.race([child.exited, aborted(toEnd)]);
  if (exit !== undefined) await Promise.race([finished(child.stderr).catch(() => {}), delay(lastWords)]);
  await endSubprocess(child, exit === undefined ? spec.endWaits : remainderWaits);
  if (exit === undefined) return { reason: "restarted on request", output: "" };
  return endOf(child.exit(), child.stderrTail());
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** How a process ended, with the line of its standard error that tells most. */
function endOf(exit: Exit | undefined, output: string): End {
  const how = exit?.signal ? `ended by ${exit.signal}` : `exited with code ${exit?.code ?? "unknown"}`;
  const lines = output
    .split("\n")
    .map(oneLine)
    .filter((line) => line !== "" && !npmChatter.test(line));
  const telling = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "";
  return { reason: telling === "" ? how : `${how}: ${telling.slice(0, 300)}`, output };
}

const npmChatter = /^npm \S+( A complete log.*)?$/;
