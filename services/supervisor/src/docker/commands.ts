import { type Command, parseFlags } from "../command.ts";
import { downInDocker } from "./down.ts";
import { upInDocker } from "./up.ts";
import { buildInDocker, logsInDocker, logsUsage, restartInDocker, statusInDocker } from "./verbs.ts";

/** What verbs do where the gateway runs as a Docker stack. */
export const dockerCommands = {
  up: {
    usage: "up",
    help: "Builds what is missing, starts what is not running and what has changed, and waits until all is ready.",
    run: (args, context) => bare(args, () => upInDocker(context)),
  },
  down: {
    usage: "down [--volumes [--yes]]",
    help: "Takes the containers away and keeps their data, unless --volumes is said.",
    run: downInDocker,
  },
  restart: {
    usage: "restart [NAME…]",
    help: "Starts containers of the Docker stack anew, or all of them.",
    run: restartInDocker,
  },
  status: {
    usage: "status [--json]",
    help: "Shows each server's state, as the engine sees it, and its open sessions.",
    run: statusInDocker,
  },
  logs: {
    usage: logsUsage,
    help: "Shows what the containers of the Docker stack print.",
    run: logsInDocker,
  },
  build: {
    usage: "build",
    help: "Builds the images of the Docker stack.",
    run: (args, context) => bare(args, () => buildInDocker(context, { fresh: false })),
  },
  rebuild: {
    usage: "rebuild",
    help: "Builds the images of the Docker stack from nothing, and starts what runs on them anew.",
    run: (args, context) => bare(args, () => buildInDocker(context, { fresh: true })),
  },
} satisfies Record<string, Command>;

async function bare(args: readonly string[], run: () => Promise<number>): Promise<number> {
  parseFlags(args, []);
  return run();
}
