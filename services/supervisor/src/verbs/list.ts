import { type Command, parseFlags, print } from "../command.ts";
import { siteOf } from "../domain/deployment.ts";
import { declaredServer, renderList } from "../domain/render-list.ts";
import { readServers, readSettings } from "../settings.ts";

export const list: Command = {
  usage: "list [--json]",
  help: "Lists the servers that gateway.json declares.",
  async run(args, context) {
    const flags = parseFlags(args, ["--json"]);
    const settings = readSettings(context.env, context.folder);
    const { servers } = await readServers(settings);
    const site = siteOf(settings.environment, settings.url);
    const declared = servers.map((server) => declaredServer(server, site.addressesOf(server)[0].url));
    print(context, flags.has("--json") ? [JSON.stringify(declared, undefined, 2)] : renderList(declared));
    return 0;
  },
};
