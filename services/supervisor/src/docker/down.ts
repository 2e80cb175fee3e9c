import { type CommandContext, CommandFailed, confirm, parseFlags, print } from "../command.ts";
import { removeServerNetworks, removeVolumes } from "./networks.ts";
import { openStack } from "./stack.ts";

/** Takes the containers away. Data stays, unless the person says `--volumes` and agrees, or says `--yes` beside it. */
export async function downInDocker(args: readonly string[], context: CommandContext): Promise<number> {
  const flags = parseFlags(args, ["--volumes", "--yes"]);
  const { docker, deployment } = await openStack(context);
  const project = deployment.env.COMPOSE_PROJECT_NAME;
  const what = `This deletes registrations, tokens, keys and every server's data of ${project}. Go on?`;
  if (flags.has("--volumes")) await confirm(context, what, flags.has("--yes"));
  const code = await docker.compose("down", "--remove-orphans", ...(flags.has("--volumes") ? ["--volumes"] : []));
  if (code !== 0) throw new CommandFailed("Not all of it could be taken away.");
  await removeServerNetworks(docker, project);
  if (flags.has("--volumes")) await removeVolumes(docker, project);
  print(context, [
    flags.has("--volumes") ? "The stack and its data are gone." : "The stack has ended. Its data is kept.",
  ]);
  return 0;
}
