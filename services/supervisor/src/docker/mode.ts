import { CommandFailed } from "../command.ts";

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
