import { type Command, CommandFailed } from "../command.ts";
import { modeOf } from "../docker/mode.ts";
import { logsInDocker } from "../docker/verbs.ts";
import { readSettings } from "../settings.ts";

export const logs: Command = {
  usage: "logs [NAME…] [--follow]",
  help: "Shows what the containers of the Docker stack print.",
  async run(args, context) {
    const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
    if (mode === "local") throw new CommandFailed("There is no Docker stack: BASE_DOMAIN is not set.");
    return logsInDocker(rest, context);
  },
};
