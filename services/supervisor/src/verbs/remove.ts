import { readGatewayFile, removeServer } from "@gateway/config";
import { type Command, CommandFailed, print } from "../command.ts";
import { replaceFile } from "../config-file.ts";
import { readSettings } from "../settings.ts";

export const remove: Command = {
  usage: "remove NAME",
  help: "Takes a server out of gateway.json.",
  async run([name, ...more], context) {
    if (name === undefined || more.length > 0) throw new CommandFailed("Give one name: just remove mcp-time");
    const { configFile } = readSettings(context.env, context.folder);
    replaceFile(configFile, removeServer(await readGatewayFile(configFile), name, configFile));
    print(context, [`Removed ${name}. It runs until the next "just up".`]);
    return 0;
  },
};
