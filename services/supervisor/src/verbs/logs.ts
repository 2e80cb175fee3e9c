import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Command, type CommandContext, CommandFailed, parseArguments, print } from "../command.ts";
import { oneLine } from "../domain/render-table.ts";
import { tailLog } from "../log-tail.ts";
import { readSettings } from "../settings.ts";

const usage = "logs [NAME] [--follow] [--lines N]";
const options = {
  follow: { type: "boolean", short: "f" },
  lines: { type: "string", short: "n", default: "50" },
} as const;
const pause = 200; // ms; a file that another process writes has no event that can be relied on everywhere

export const logs: Command = {
  usage,
  help: "Shows the last lines of one process's log (a server, auth, edge), or of all. --follow goes on until Ctrl-C.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [name, ...more] = positionals;
    const lines = Number(values.lines);
    if (more.length > 0 || !Number.isInteger(lines) || lines < 1) throw new CommandFailed(`Use: just ${usage}`);
    const { dataDir } = readSettings(context.env, context.folder);
    const folder = join(dataDir, "logs");
    const chosen = namesIn(folder, name);
    const tails = chosen.map((each) => ({ name: each, tail: tailLog(join(folder, `${each}.log`), lines) }));
    const show = () => {
      for (const { name: each, tail } of tails) {
        const prefix = chosen.length > 1 ? `${each}  ` : "";
        print(
          context,
          tail.read().map((line) => `${prefix}${oneLine(line)}`),
        );
      }
    };
    show();
    if (values.follow) await follow(show, context);
    return 0;
  },
};

async function follow(show: () => void, context: CommandContext): Promise<void> {
  const over = new AbortController();
  void context.watchSignals().interrupted.then(() => over.abort());
  while (!over.signal.aborted) {
    await delay(pause, undefined, { signal: over.signal }).catch(() => {});
    show();
  }
}

/** The logs that are meant. @throws {CommandFailed} naming those there are, when it is none of them */
function namesIn(folder: string, name: string | undefined): readonly string[] {
  const names = readLogNames(folder);
  if (names.length === 0) throw new CommandFailed(`There are no logs in ${folder}. Start the gateway: just up`);
  if (name === undefined) return names;
  if (!names.includes(name)) throw new CommandFailed(`There is no log of ${name}. There are: ${names.join(", ")}`);
  return [name];
}

function readLogNames(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(".log"));
    return files.map((file) => file.slice(0, -".log".length)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
