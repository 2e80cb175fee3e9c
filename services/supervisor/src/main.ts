import type { Command, Interruptions } from "./command.ts";
import { dockerCommands } from "./docker/commands.ts";
import { inDockerAlone, inEitherMode } from "./docker/mode.ts";
import { add } from "./verbs/add.ts";
import { check } from "./verbs/check.ts";
import { down } from "./verbs/down.ts";
import { list } from "./verbs/list.ts";
import { remove } from "./verbs/remove.ts";
import { render } from "./verbs/render.ts";
import { rotateKeys } from "./verbs/rotate-keys.ts";
import { status } from "./verbs/status.ts";
import { up } from "./verbs/up.ts";

/** The local mode runs what `just build` has compiled. */
const nothingToBuild: Command = {
  usage: "build",
  help: "Installs and compiles everything.",
  run: async () => 0,
};

const verbs: Readonly<Record<string, Command>> = {
  up: inEitherMode(up, dockerCommands.up),
  down: inEitherMode(down, dockerCommands.down),
  restart: inDockerAlone(dockerCommands.restart),
  status: inEitherMode(status, dockerCommands.status),
  logs: inDockerAlone(dockerCommands.logs),
  build: inEitherMode(nothingToBuild, dockerCommands.build),
  rebuild: inDockerAlone(dockerCommands.rebuild),
  render,
  list,
  add,
  remove,
  check,
  "rotate-keys": rotateKeys,
};

async function main([verb = "", ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (command === undefined) {
    process.stderr.write(`${usage()}\n`);
    return verb === "--help" ? 0 : 2;
  }
  if (args[0] === "--help") {
    process.stdout.write(`just ${command.usage}\n\n${command.help}\n`);
    return 0;
  }
  return command.run(args, { env: process.env, folder: process.cwd(), output: process.stdout, watchSignals });
}

function usage(): string {
  const commands = Object.values(verbs);
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return commands.map(({ usage, help }) => `  ${usage.padEnd(width)}  ${help}`).join("\n");
}

/** A wrapper such as npm may pass on a Ctrl-C that the terminal has sent to all already: those are one. */
const sameCtrlC = 500; // ms

function watchSignals(): Interruptions {
  const resolvers: (() => void)[] = [];
  const interrupted = new Promise<void>((resolve) => resolvers.push(resolve));
  const interruptedAgain = new Promise<void>((resolve) => resolvers.push(resolve));
  let last = 0;
  const onSignal = () => {
    if (Date.now() - last < sameCtrlC) return;
    last = Date.now();
    resolvers.shift()?.();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return { interrupted, interruptedAgain };
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
