import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir, platform } from "node:os";
import { dirname, join, resolve } from "node:path";
import { declareInClientFile } from "@gateway/config";
import { type Command, type CommandContext, CommandFailed, parseArguments, print } from "../command.ts";
import { replaceFile } from "../config-file.ts";
import { writePrivately } from "../data-dir.ts";
import {
  type ClientKind,
  type ConnectableServer,
  clientEntry,
  clientFile,
  clientKinds,
  renderClient,
} from "../domain/client-kinds.ts";
import { endpointsOf, readServers, readSettings } from "../settings.ts";

const usage = `connect ${clientKinds.join(" | ")} [NAME | --all] [--write] [--replace] [--file FILE]`;
const flag = { type: "boolean" } as const;
const options = { all: flag, write: flag, replace: flag, file: { type: "string" } } as const;

export const connect: Command = {
  usage,
  help:
    "Says how a client is told of a server, of all without a name, or with --write puts it into the client's own configuration: what is there stays,\n" +
    "and a copy is kept beside it. No token is written: the client signs in by itself.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [kind, name, ...more] = positionals;
    // What is only said harms nobody; what is written is chosen.
    const isChosen = name === undefined ? values.all || !values.write : !values.all;
    if (!isKind(kind) || !isChosen || more.length > 0) throw new CommandFailed(`Use: just ${usage}`);
    const usual = clientFile(kind, platform() === "darwin");
    const home = context.env.HOME || homedir();
    const file = values.file === undefined ? usual && join(home, usual) : resolve(context.folder, values.file);
    for (const server of await findServers(context, name)) {
      print(
        context,
        values.write ? write(kind, server, file, values.replace ?? false) : renderClient(kind, server, file),
      );
    }
    return 0;
  },
};

function isKind(kind: string | undefined): kind is ClientKind {
  return clientKinds.some((one) => one === kind);
}

/** The server of this name, or without one all that are switched on. @throws {CommandFailed} naming those there are */
async function findServers(context: CommandContext, name: string | undefined): Promise<readonly ConnectableServer[]> {
  const settings = readSettings(context.env, context.folder);
  const servers = endpointsOf(await readServers(settings), settings);
  const chosen = servers.filter((server) => (name === undefined ? server.enabled : server.name === name));
  if (chosen.length > 0) return chosen;
  const names = servers.map((server) => server.name).join(", ");
  throw new CommandFailed(`No server is called ${name}. There are: ${names}`);
}

function write(kind: ClientKind, server: ConnectableServer, file: string | undefined, replace: boolean): string[] {
  const declared = clientEntry(kind, server);
  if (declared === undefined || file === undefined) {
    throw new CommandFailed(
      `There is no file of ${kind} to write. Its command: ${renderClient(kind, server, file)[0]}`,
    );
  }
  // A file that is kept elsewhere and linked to (dotfiles) is written where it is.
  const path = existsSync(file) ? realpathSync(file) : file;
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = declareInClientFile(before, { file, ...declared, name: server.name, replace });
  if (after === before) return [`${server.name} is in ${file} already.`];
  const next = "Start the client anew; it opens your browser to sign in.";
  if (before === "" && !existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writePrivately(path, after);
    return [`Wrote ${file}. ${next}`];
  }
  const copy = `${path}.before-gateway`;
  if (!existsSync(copy)) copyFileSync(path, copy); // the oldest one is what was there before us
  replaceFile(path, after);
  return [`Added ${server.name} to ${file}; as it was before: ${copy}. ${next}`];
}
