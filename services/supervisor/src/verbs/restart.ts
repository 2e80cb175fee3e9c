import { type Command, CommandFailed } from "../command.ts";
import { modeOf } from "../docker/mode.ts";
import { restartInDocker } from "../docker/verbs.ts";
import { readSettings } from "../settings.ts";

export const restart: Command = {
  usage: "restart [NAME…]",
  help: "Starts servers of the Docker stack anew, or all of it.",
  async run(args, context) {
    const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
    if (mode === "local") throw new CommandFailed("There is no Docker stack: BASE_DOMAIN is not set.");
    return restartInDocker(rest, context);
  },
};
