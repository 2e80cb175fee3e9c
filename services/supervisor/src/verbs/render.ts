import { renderCompose } from "@gateway/registry";
import { type Command, CommandFailed, parseFlags, print } from "../command.ts";
import { readDeployedServers, routingOf, serversFileOf } from "../docker/deployment.ts";
import { isServersFile, writeServersFile } from "../docker/servers-file.ts";
import { readSettings } from "../settings.ts";

export const render: Command = {
  usage: "render [--check]",
  help: "Writes compose/servers.yml from gateway.json. --check writes nothing, and fails where it would.",
  async run(args, context) {
    const flags = parseFlags(args, ["--check"]);
    const settings = readSettings(context.env, context.folder);
    const file = serversFileOf(settings);
    const text = renderCompose(await readDeployedServers(settings), { routing: routingOf(settings) });
    if (flags.has("--check")) {
      if (!isServersFile(file, text)) throw new CommandFailed(`${file} is not what gateway.json says: just render`);
    } else {
      writeServersFile(file, text);
      print(context, [`${file}: rendered.`]);
    }
    return 0;
  },
};
