import { setTimeout as delay } from "node:timers/promises";
import { type Message, ParseError, parseBytes, type Text } from "@gateway/protocol";
import {
  childEnvironment,
  type EndWaits,
  endSubprocess,
  type Guardian,
  type Subprocess,
  startSubprocess,
} from "@gateway/subprocess";
import type { Logger } from "@gateway/telemetry";
import type { Limits, ProxyConfig } from "../configuration/proxy-config.ts";
import { gatherWrites } from "../gathered-writes.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { readLines } from "./framing.ts";
import { reportNoise } from "./noise.ts";
import { renderMessageLimit } from "./resource-limits.ts";
import type { Resources } from "./resources.ts";
import { type ChildUser, environmentOfChild } from "./user-environment.ts";

/** A running MCP server on stdio. */
export interface Child {
  readonly pid: number;
  /**
   * Writes one message, once all that has come in this turn is read. False, and nothing is written: it does not read. To a dead
   * one everything can be written.
   * @param onLost called when not all of it could be written: it has no line end then, and nobody takes it for a message
   */
  send(line: Text, onLost?: () => void): boolean;
  /** Nothing more can be handed to it, though what it said may still be in the pipe. */
  hasExited(): boolean;
  /** When it has exited and all it wrote was read. */
  readonly gone: Promise<void>;
  stderrTail(): string;
  /** The limit for which it was ended; undefined: for none. */
  exceeded(): string | undefined;
  /** Ends it and its group, bounded in time. */
  end(waits?: EndWaits): Promise<void>;
}

export interface ChildListeners {
  /** A long message comes without its long strings: `wholeMessage` puts them in. */
  readonly onMessage: (message: Message) => void;
}

/** @param user whom it is told that it serves; undefined: nobody, or it is not told */
export type StartChild = (listeners: ChildListeners, user?: ChildUser) => Promise<Child>;

export interface ChildPorts {
  readonly server: ProxyConfig["server"];
  readonly limits: Pick<Limits, "messageSize">;
  readonly resources: Resources;
  readonly guardian: Guardian;
  readonly metrics: Pick<Metrics, "skippedLines">;
  readonly logger: Logger;
  /** The proxy's own environment, of which a child gets an allow-list. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
}

/** Messages of the largest size that may wait for a child which does not read. */
const mostBacklog = 2;
const atOnce: EndWaits = { stdin: 0, terminate: 0 };
/** For one that nobody needs any more, or for all of them together when the proxy ends. */
export const briefWaits: EndWaits = { stdin: 2_000, terminate: 3_000 };
/** One that exits closes its output a moment before that is known. */
const muteWait = 1_000;
const muteWaits: EndWaits = { stdin: 500, terminate: 1_000 };
/** Output may still be in the pipe when the exit is known; a grandchild may hold the pipe open for ever. */
const lastOutputWait = 250;

/**
 * Makes the function that starts MCP servers, all alike.
 * The function throws CommandNotFound and CannotStart of packages/subprocess.
 */
export function createStartChild(ports: ChildPorts): StartChild {
  const { server, limits, resources, guardian, logger, processEnv } = ports;
  const { command, cwd } = server;
  const longestLine = limits.messageSize;
  const noise = reportNoise(ports);
  return async ({ onMessage }, user) => {
    const env = childEnvironment(processEnv, environmentOfChild(server.env, user));
    const subprocess = await startSubprocess({ command, cwd, guardian, env });
    const held = resources.hold(subprocess, (limit) => {
      logger.warn("MCP server beyond its limit: ending it", { pid: subprocess.pid, limit });
      void endSubprocess(subprocess, atOnce);
    });
    let overflown: string | undefined;
    const outputRead = new Promise<void>((resolve) => subprocess.stdout.once("close", resolve));
    readLines(subprocess.stdout, longestLine, {
      onLine: (line) => {
        for (const message of readMessages(line, noise)) onMessage(message);
      },
      onOverflow: () => {
        overflown = renderMessageLimit(longestLine);
        logger.error("line of the MCP server too long: ending it", { pid: subprocess.pid, limit: longestLine });
        void endSubprocess(subprocess, { stdin: 0, terminate: 1_000 });
      },
    });
    void outputRead.then(() => endMute(subprocess, logger));
    return {
      pid: subprocess.pid,
      send: (line, onLost) => send(subprocess, line, mostBacklog * longestLine, onLost),
      hasExited: () => subprocess.exit() !== undefined,
      gone: subprocess.exited.then(() => Promise.race([outputRead, delay(lastOutputWait, undefined, { ref: false })])),
      stderrTail: subprocess.stderrTail,
      exceeded: () => overflown ?? held.exceeded(),
      end: async (waits) => {
        const ending = await endSubprocess(subprocess, waits);
        await held.release();
        logger.debug("MCP server ended", { pid: subprocess.pid, ending, ...subprocess.exit() });
      },
    };
  };
}

/** Ends one that closed its output and lives on: it could answer nothing, and its calls would wait for their whole time. */
async function endMute(subprocess: Subprocess, logger: Logger): Promise<void> {
  await Promise.race([subprocess.exited, delay(muteWait, undefined, { ref: false })]);
  if (subprocess.exit() !== undefined) return;
  logger.warn("MCP server closed its output: ending it", { pid: subprocess.pid });
  await endSubprocess(subprocess, muteWaits);
}

function readMessages(line: readonly Buffer[], noise: (line: string) => void): readonly Message[] {
  const messages = parse(line) ?? parse(withoutMark(line));
  if (messages !== undefined) return messages;
  const text = decode(line);
  if (text.trim() !== "") noise(text);
  return [];
}

/** Undefined where a line is no JSON-RPC. */
function parse(line: readonly Buffer[]): readonly Message[] | undefined {
  try {
    return parseBytes(line, decode).messages;
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Some runtimes begin their output with it; a reader may ignore it (RFC 8259 8.1). */
const byteOrderMark = Buffer.from("\ufeff");

function withoutMark(line: readonly Buffer[]): readonly Buffer[] {
  const bytes = Buffer.concat(line);
  const { length } = byteOrderMark;
  return bytes.subarray(0, length).equals(byteOrderMark) ? [bytes.subarray(length)] : [];
}

function decode(line: readonly Buffer[]): string {
  const [only = Buffer.of(), ...others] = line;
  return (others.length === 0 ? only : Buffer.concat(line)).toString("utf8");
}

function send({ stdin }: Subprocess, line: Text, largestBacklog: number, onLost: (() => void) | undefined): boolean {
  if (stdin.writableLength > largestBacklog) return false;
  if (!stdin.writable) {
    if (onLost !== undefined) queueMicrotask(onLost);
    return true;
  }
  gatherWrites(stdin);
  const written = onLost && ((error: unknown) => error && onLost());
  if (typeof line === "string") stdin.write(`${line}\n`, written);
  else {
    for (const piece of line) stdin.write(piece);
    stdin.write("\n", written);
  }
  return true;
}
