/** What a verb works with. Only main.ts knows the process. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  /** The folder whose `.env` and gateway.json count. */
  readonly folder: string;
  readonly output: NodeJS.WriteStream;
  /** From now on signals do not end the process but are told. */
  watchSignals(): Interruptions;
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

/** Prints lines. */
export function print({ output }: CommandContext, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(""));
}
