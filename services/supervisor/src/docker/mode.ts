import { type Command, CommandFailed } from "../command.ts";
import { readSettings } from "../settings.ts";
import { authOfStack } from "./operator.ts";

/** Where a verb acts: on this machine's processes, or on the Docker stack. */
export type Mode = "local" | "docker";

/** The arguments that say so; without one BASE_DOMAIN decides. */
const modeFlags = ["--docker", "--local"] as const;

/** The mode that arguments and settings mean, and the other arguments. @throws {CommandFailed} when both are said */
export function modeOf(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly mode: Mode; readonly rest: readonly string[] } {
  const said = modeFlags.filter((flag) => args.includes(flag));
  if (said.length > 1) throw new CommandFailed("Say --docker or --local, not both.");
  const rest = args.filter((arg) => !said.some((flag) => flag === arg));
  if (said[0] !== undefined) return { mode: said[0] === "--docker" ? "docker" : "local", rest };
  return { mode: environment.BASE_DOMAIN ? "docker" : "local", rest };
}

/** A verb of both modes: the local one, or that of the Docker stack, as arguments and settings say. */
export function inEitherMode(local: Command, docker: Command): Command {
  const usage = docker.usage === local.usage ? "" : `just ${docker.usage}\n`;
  return {
    usage: `${local.usage} [--docker | --local]`,
    help: `${local.help}\nDocker: ${usage}${docker.help}`,
    async run(args, context) {
      const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
      return (mode === "docker" ? docker : local).run(rest, context);
    },
  };
}

/** A verb that asks auth: of the Docker stack it asks the auth there. */
export function askingAuth(verb: Command): Command {
  return {
    ...verb,
    async run(args, context) {
      const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
      return verb.run(rest, mode === "docker" ? { ...context, callAuth: authOfStack(context) } : context);
    },
  };
}
