import { type ParseArgsConfig, parseArgs } from "node:util";
import type { OperatorCall } from "./operator-socket.ts";

/** What a verb works with. Only main.ts knows the process. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  /** The folder whose `.env` and gateway.json count. */
  readonly folder: string;
  readonly output: NodeJS.WriteStream;
  /** The person at the terminal; absent where nobody can be asked (a script, CI). */
  readonly terminal?: Terminal;
  /** The way to auth's operator API; absent: its socket in the data folder. */
  readonly callAuth?: OperatorCall;
  /** From now on signals do not end the process but are told. */
  watchSignals(): Interruptions;
}

/** Asks a person. Rejects with CommandFailed when they end the input instead of answering. */
export interface Terminal {
  ask(question: string): Promise<string>;
  /** What is typed is not shown. */
  askSecretly(question: string): Promise<string>;
}

/** SIGINT, SIGTERM and SIGHUP. */
export interface Interruptions {
  /** Resolves at the first. */
  readonly interrupted: Promise<void>;
  /** Resolves at the second. */
  readonly interruptedAgain: Promise<void>;
}

/** A verb: gives the exit code. */
export interface Command {
  readonly usage: string;
  readonly help: string;
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/** A mistake on the command line, or a state a person must know: the message is all that is shown. */
export class CommandFailed extends Error {}

/** Refuses arguments that a verb does not have. */
export function parseFlags(args: readonly string[], known: readonly string[]): ReadonlySet<string> {
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown !== undefined) {
    const allowed = known.length === 0 ? "none are allowed" : `allowed: ${known.join(", ")}`;
    throw new CommandFailed(`Unknown argument ${JSON.stringify(unknown)}; ${allowed}.`);
  }
  return new Set(args);
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** Reads `--name`, `--name VALUE` and what stands beside them. @throws {CommandFailed} on what a verb does not have */
export function parseArguments<O extends Options>(args: readonly string[], options: O, usage: string): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Parsed<O>;
  } catch (error) {
    throw new CommandFailed(`${(error as Error).message}\nUse: just ${usage}`);
  }
}

/**
 * Lets a person agree to what cannot be undone.
 * @throws {CommandFailed} when they do not, or when nobody can be asked and `--yes` was not said
 */
export async function confirm({ terminal }: CommandContext, question: string, isSure: boolean): Promise<void> {
  if (isSure) return;
  if (terminal === undefined) throw new CommandFailed(`${question} Nothing was done: without a terminal, add --yes.`);
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailed("Nothing was done.");
}

/** Prints lines, or for programs one JSON value. */
export function printEither(
  context: CommandContext,
  isJson: boolean | undefined,
  value: unknown,
  lines: () => readonly string[],
) {
  print(context, isJson ? [JSON.stringify(value, undefined, 2)] : lines());
}

/** Prints lines. */
export function print({ output }: CommandContext, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(""));
}
