import { addServer, type DeclaredEntry, entryOf, gatewayFileAccess, readGatewayFile } from "@gateway/config";
import { catalogue, findKnownServer, type KnownServer, reservedNames } from "@gateway/registry";
import { type Command, type CommandContext, CommandFailed, parseFlags, print } from "../command.ts";
import { replaceFile } from "../config-file.ts";
import { closestKnownServer } from "../domain/closest-known-server.ts";
import { renderCatalogue } from "../domain/render-catalogue.ts";
import { readSettings } from "../settings.ts";

export const add: Command = {
  usage: "add NAME | add NAME COMMAND [ARGUMENT…] | add NAME URL | add --list [--json]",
  help: "Declares a server in gateway.json: one of the catalogue (--list shows it), a command that speaks MCP on stdin and stdout, or the URL of one that speaks HTTP.",
  async run([name, ...args], context) {
    if (name?.startsWith("-")) return showCatalogue([name, ...args], context);
    if (name === undefined) {
      throw new CommandFailed("Give a name of the catalogue (just add --list), or a name and a command or URL");
    }
    const known = findKnownServer(name);
    const { configFile, environment, url } = readSettings(context.env, context.folder);
    const gatewayContext = { ...gatewayFileAccess(configFile), env: environment, reservedNames };
    const entry = entryFor(name, args, known);
    replaceFile(configFile, addServer(await readGatewayFile(configFile), name, entry, gatewayContext));
    print(context, [`Added ${name}. After the next "just up" it answers at ${url}/${name}/mcp`]);
    if (args.length === 0) print(context, remarksOn(known));
    return 0;
  },
};

function entryFor(name: string, args: readonly string[], known: KnownServer | undefined): DeclaredEntry {
  const [first, ...rest] = args;
  if (first !== undefined) return entryOf([first, ...rest]);
  if (known !== undefined) return known.entry;
  const closest = closestKnownServer(name);
  const meant = closest === undefined ? "" : ` Did you mean ${closest}?`;
  throw new CommandFailed(
    `${name} is not in the catalogue.${meant} "just add --list" shows it; of another server give the command or URL: just add ${name} COMMAND`,
  );
}

function remarksOn({ needs, caution }: Pick<KnownServer, "needs" | "caution"> = {}): string[] {
  return [...(needs === undefined ? [] : [`It needs ${needs}.`]), ...(caution === undefined ? [] : [caution])];
}

function showCatalogue(args: readonly string[], context: CommandContext): number {
  const flags = parseFlags(args, ["--list", "--json"]);
  if (!flags.has("--list")) throw new CommandFailed("--json goes with --list: just add --list --json");
  print(context, flags.has("--json") ? [JSON.stringify(catalogue, undefined, 2)] : renderCatalogue(catalogue));
  return 0;
}
