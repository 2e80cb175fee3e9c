import type { Command, Interruptions } from "./command.ts";
import { dockerCommands } from "./docker/commands.ts";
import { askingAuth, inEitherMode } from "./docker/mode.ts";
import { openTerminal } from "./terminal.ts";
import { add } from "./verbs/add.ts";
import { backup } from "./verbs/backup.ts";
import { backups } from "./verbs/backups.ts";
import { check } from "./verbs/check.ts";
import { clients } from "./verbs/clients.ts";
import { connect } from "./verbs/connect.ts";
import { doctor } from "./verbs/doctor.ts";
import { down } from "./verbs/down.ts";
import { list } from "./verbs/list.ts";
import { logs } from "./verbs/logs.ts";
import { purge } from "./verbs/purge.ts";
import { rebuild } from "./verbs/rebuild.ts";
import { remove } from "./verbs/remove.ts";
import { render } from "./verbs/render.ts";
import { restart } from "./verbs/restart.ts";
import { restore } from "./verbs/restore.ts";
import { rotateKeys } from "./verbs/rotate-keys.ts";
import { secrets } from "./verbs/secrets.ts";
import { setup } from "./verbs/setup.ts";
import { stats } from "./verbs/stats.ts";
import { status } from "./verbs/status.ts";
import { tokens } from "./verbs/tokens.ts";
import { up } from "./verbs/up.ts";
import { users } from "./verbs/users.ts";

/** The local mode runs what `just build` has compiled. */
const nothingToBuild: Command = {
  usage: "build",
  help: "Installs and compiles everything.",
  run: async () => 0,
};

const verbs: Readonly<Record<string, Command>> = {
  up: inEitherMode(up, dockerCommands.up),
  down: inEitherMode(down, dockerCommands.down),
  restart: inEitherMode(restart, dockerCommands.restart),
  status: inEitherMode(status, dockerCommands.status),
  logs: inEitherMode(logs, dockerCommands.logs),
  build: inEitherMode(nothingToBuild, dockerCommands.build),
  rebuild: inEitherMode(rebuild, dockerCommands.rebuild),
  render,
  list,
  add,
  remove,
  connect,
  setup,
  secrets,
  check,
  doctor,
  clients: askingAuth(clients),
  tokens: askingAuth(tokens),
  users: askingAuth(users),
  stats: askingAuth(stats),
  purge: askingAuth(purge),
  backup: askingAuth(backup),
  backups,
  restore: askingAuth(restore),
  "rotate-keys": askingAuth(rotateKeys),
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
  const terminal = process.stdin.isTTY ? { terminal: openTerminal(process.stdin, process.stderr) } : {};
  const { env, stdout: output } = process;
  return command.run(args, { env, folder: process.cwd(), output, watchSignals, ...terminal });
}

function usage(): string {
  const names = Object.keys(verbs);
  const width = Math.max(...names.map(({ length }) => length));
  const lines = Object.entries(verbs).map(([name, { help }]) => `  ${name.padEnd(width)}  ${firstSentence(help)}`);
  return [...lines, "", "More of each: just VERB --help"].join("\n");
}

function firstSentence(help: string): string {
  return help.replaceAll("\n", " ").split(/(?<=\.) /)[0] ?? help;
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
