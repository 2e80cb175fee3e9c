import { createInterface } from "node:readline/promises";
import { type CommandContext, CommandFailed, parseFlags, print } from "../command.ts";
import { removeServerNetworks, removeVolumes } from "./networks.ts";
import { openStack } from "./stack.ts";

/** Takes the containers away. Data stays, unless the person says `--volumes` and agrees, or says `--yes` beside it. */
export async function downInDocker(args: readonly string[], context: CommandContext): Promise<number> {
  const flags = parseFlags(args, ["--volumes", "--yes"]);
  const { docker, deployment } = await openStack(context);
  const project = deployment.env.COMPOSE_PROJECT_NAME;
  if (flags.has("--volumes") && !flags.has("--yes")) await askForVolumes(context, project);
  const code = await docker.compose("down", "--remove-orphans", ...(flags.has("--volumes") ? ["--volumes"] : []));
  if (code !== 0) throw new CommandFailed("Not all of it could be taken away.");
  await removeServerNetworks(docker, project);
  if (flags.has("--volumes")) await removeVolumes(docker, project);
  print(context, [
    flags.has("--volumes") ? "The stack and its data are gone." : "The stack has ended. Its data is kept.",
  ]);
  return 0;
}

async function askForVolumes({ output }: CommandContext, project: string): Promise<void> {
  const what = `registrations, tokens, keys and every server's data of ${project}`;
  if (!process.stdin.isTTY) throw new CommandFailed(`This deletes ${what}. Say so: just down --volumes --yes`);
  const terminal = createInterface({ input: process.stdin, output });
  const answer = await terminal.question(`This deletes ${what}. Type ${project} to go on: `);
  terminal.close();
  if (answer.trim() !== project) throw new CommandFailed("Nothing was deleted.");
}
