import { type Command, CommandFailed, parseFlags, print } from "../command.ts";
import { renderStatus } from "../domain/render-status.ts";
import { askStatus } from "../operator-socket.ts";
import { runningGateway } from "../running-gateway.ts";

export const status: Command = {
  usage: "status [--json]",
  help: "Shows what runs and in which state each server is. Exits with 1 when nothing runs.",
  async run(args, context) {
    const flags = parseFlags(args, ["--json"]);
    const { socketPath, dataDir } = runningGateway(context);
    const found = await askStatus(socketPath);
    if (found === undefined)
      throw new CommandFailed(`The gateway is not running (data folder ${dataDir}). Start it: just up`);
    print(context, flags.has("--json") ? [JSON.stringify(found, undefined, 2)] : renderStatus(found));
    return 0;
  },
};
