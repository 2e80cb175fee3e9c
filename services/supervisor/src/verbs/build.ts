import { type Command, parseFlags } from "../command.ts";
import { modeOf } from "../docker/mode.ts";
import { buildInDocker } from "../docker/verbs.ts";
import { readSettings } from "../settings.ts";

export const build: Command = {
  usage: "build",
  help: "Builds the images of the Docker stack, where BASE_DOMAIN or --docker says that there is one.",
  async run(args, context) {
    const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
    parseFlags(rest, []);
    return mode === "docker" ? buildInDocker(context, { fresh: false }) : 0;
  },
};
