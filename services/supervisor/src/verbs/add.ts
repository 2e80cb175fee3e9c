import {
  addServer,
  ConfigError,
  type DeclaredEntry,
  entryOf,
  type GatewayContext,
  gatewayFileAccess,
  readGatewayFile,
} from "@gateway/config";
import { catalogue, findKnownServer, type KnownServer, reservedNames } from "@gateway/registry";
import { type Command, type CommandContext, CommandFailed, parseFlags, print } from "../command.ts";
import { replaceFile } from "../config-file.ts";
import { namesTakenInDocker } from "../docker/deployment.ts";
import { argumentMistake } from "../domain/argument-mistake.ts";
import { closestKnownServer } from "../domain/closest-known-server.ts";
import { renderCatalogue } from "../domain/render-catalogue.ts";
import { endpointsOf, readServers, readSettings, type Settings } from "../settings.ts";
import { missingPrograms } from "./check.ts";

export const add: Command = {
  usage: "add NAME [--per-user] [--no-aliases] | add NAME COMMAND [ARGUMENT…] | add NAME URL | add --list [--json]",
  help:
    "Declares a server in gateway.json: one of the catalogue (--list shows it), a command that speaks MCP on stdin and stdout, or the URL of one that speaks HTTP.\n" +
    "One of the catalogue gets its short host name too (fetch of mcp-fetch); --no-aliases leaves that out. --per-user keeps what it remembers apart for each user, where it can.",
  async run([name, ...args], context) {
    if (name !== undefined && flagsOfKnown.has(name)) {
      throw new CommandFailed(`The name comes first: just add NAME ${name}`);
    }
    if (name?.startsWith("-")) return showCatalogue([name, ...args], context);
    if (name === undefined) {
      throw new CommandFailed("Give a name of the catalogue (just add --list), or a name and a command or URL");
    }
    const settings = readSettings(context.env, context.folder);
    const { configFile, environment } = settings;
    const mode = environment.BASE_DOMAIN ? "docker" : "local";
    const added = addedBy(name, args, mode);
    const taken = mode === "docker" ? namesTakenInDocker : reservedNames;
    const gatewayContext = { ...gatewayFileAccess(configFile), env: environment, reservedNames: taken };
    replaceFile(configFile, withServer(await readGatewayFile(configFile), added, gatewayContext));
    print(context, [...(await whatFollows(added.name, settings)), ...added.remarks]);
    return 0;
  },
};

/** Where a server that was added will answer, or what has to be done first. */
async function whatFollows(name: string, settings: Settings): Promise<string[]> {
  try {
    const config = await readServers(settings);
    const added = { ...config, servers: config.servers.filter((server) => server.name === name) };
    const [declared] = endpointsOf(added, settings);
    return [
      `Added ${name}. After the next "just up" it answers at ${declared?.endpoint}`,
      ...missingPrograms(added, settings),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [`Added ${name}. Mend what else is in the file before the next "just up":`, error.message];
  }
}

/** @throws {ConfigError} @throws {CommandFailed} where it is the short host that cannot be */
function withServer(text: string, { name, entry }: Added, context: GatewayContext): string {
  try {
    return addServer(text, name, entry, context);
  } catch (error) {
    const isAlias = error instanceof ConfigError && error.problems.some(({ at }) => at.includes(".gateway.aliases"));
    if (!isAlias) throw error;
    throw new CommandFailed(`${error.message}\nWithout its short host: just add ${name} --no-aliases`);
  }
}

/** Where the servers run, by these settings. */
type Mode = "docker" | "local";

interface Added {
  readonly name: string;
  readonly entry: DeclaredEntry;
  /** What a person has to know of it. */
  readonly remarks: readonly string[];
}

/** @throws {CommandFailed} on a name alone that the catalogue does not know, and on what is no command and no URL */
function addedBy(name: string, args: readonly string[], mode: Mode): Added {
  const [first, ...rest] = args;
  const isKnown = args.every((arg) => flagsOfKnown.has(arg));
  if (first !== undefined && !isKnown) {
    const mistake = argumentMistake(name, [first, ...rest], [...flagsOfKnown]);
    if (mistake !== undefined) throw new CommandFailed(mistake);
    return { name, entry: entryOf([first, ...rest]), remarks: [] };
  }
  const known = findKnownServer(name);
  if (known === undefined) throw unknownServer(name);
  const declared = args.includes("--per-user") ? perUser(known) : known.entry;
  const [short] = args.includes("--no-aliases") ? [] : known.aliases;
  if (short === undefined) return { name: known.name, entry: declared, remarks: remarksOn(known, mode) };
  // One alone: what else the original had (`echo-stateful0` to `9`) would each want a DNS record and a certificate.
  const entry = { ...declared, gateway: { aliases: [short], ...declared.gateway } };
  return { name: known.name, entry, remarks: [`Its short host is ${short}.`, ...remarksOn(known, mode)] };
}

const flagsOfKnown: ReadonlySet<string> = new Set(["--per-user", "--no-aliases"]);

function perUser({ name, perUser }: KnownServer): DeclaredEntry {
  if (perUser !== undefined) return perUser;
  const able = catalogue.filter((known) => known.perUser !== undefined).map((known) => known.name);
  throw new CommandFailed(`${name} cannot be had with --per-user; of the catalogue ${able.join(", ")} can`);
}

function unknownServer(name: string): CommandFailed {
  if (/^https?:/i.test(name)) return new CommandFailed(`The name comes first: just add NAME ${name}`);
  const closest = closestKnownServer(name);
  const meant = closest === undefined ? "" : ` Did you mean ${closest}?`;
  return new CommandFailed(
    `${name} is not in the catalogue.${meant} "just add --list" shows it; of another server give the command or URL: just add ${name} COMMAND`,
  );
}

/** In Docker what it needs is in its image; what is not is told with what has to be done first. */
function remarksOn({ needs, caution }: KnownServer, mode: Mode): string[] {
  const needed = needs === undefined || mode === "docker" ? [] : [`It needs ${needs}.`];
  return [...needed, ...(caution === undefined ? [] : [caution])];
}

function showCatalogue(args: readonly string[], context: CommandContext): number {
  const flags = parseFlags(args, ["--list", "--json"]);
  if (!flags.has("--list")) throw new CommandFailed("--json goes with --list: just add --list --json");
  print(context, flags.has("--json") ? [JSON.stringify(catalogue, undefined, 2)] : renderCatalogue(catalogue));
  return 0;
}
