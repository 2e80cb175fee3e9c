import { type Command, CommandFailed, parseFlags } from "../command.ts";
import { modeOf } from "../docker/mode.ts";
import { buildInDocker } from "../docker/verbs.ts";
import { readSettings } from "../settings.ts";

export const build: Command = {
  usage: "build",
  help: "Builds the images of the Docker stack.",
  async run(args, context) {
    const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
    if (mode === "local") throw new CommandFailed("There is no Docker stack: BASE_DOMAIN is not set.");
    parseFlags(rest, []);
    return buildInDocker(context, { fresh: false });
  },
};
