import { addServer, gatewayFileAccess, readGatewayFile } from "@gateway/config";
import { reservedNames } from "@gateway/registry";
import { type Command, CommandFailed, print } from "../command.ts";
import { replaceFile } from "../config-file.ts";
import { readSettings } from "../settings.ts";

export const add: Command = {
  usage: "add NAME COMMAND [ARGUMENT…] | add NAME URL",
  help: "Declares a server in gateway.json: a command that speaks MCP on stdin and stdout, or the URL of one that speaks HTTP.",
  async run([name, ...args], context) {
    if (name === undefined || args.length === 0) {
      throw new CommandFailed("Give a name and a command or URL: just add mcp-time uvx mcp-server-time");
    }
    const { configFile, environment, url } = readSettings(context.env, context.folder);
    const gatewayContext = { ...gatewayFileAccess(configFile), env: environment, reservedNames };
    replaceFile(configFile, addServer(await readGatewayFile(configFile), name, args, gatewayContext));
    print(context, [`Added ${name}. After the next "just up" it answers at ${url}/${name}/mcp`]);
    return 0;
  },
};
