import { type CommandContext, CommandFailed, parseArguments, parseFlags, print } from "../command.ts";
import { renderEras } from "../domain/render-eras.ts";
import { renderLimits } from "../domain/render-limits.ts";
import { renderSessions } from "../domain/render-sessions.ts";
import { renderTable } from "../domain/render-table.ts";
import { ownServicesOf, servicesNamed, servicesOf, wavesOf } from "../domain/stack-services.ts";
import { askProxies } from "../proxy-reports.ts";
import { proxyOperatorOf, runningContainers } from "./operator.ts";
import { publicFault, publicTimeout } from "./public-answer.ts";
import { openStack, type Stack } from "./stack.ts";
import { stackState } from "./stack-state.ts";
import { buildImages, upInDocker } from "./up.ts";

/** Starts servers, or all of the stack, anew; the replicas of one server one after the other. */
export async function restartInDocker(names: readonly string[], context: CommandContext): Promise<number> {
  const stack = await openStack(context);
  const { docker, deployment, config } = stack;
  for (const services of wavesOf(servicesOfAll(names, stack), config, ownServicesOf(deployment.env))) {
    if ((await docker.compose("restart", ...services)) !== 0)
      throw new CommandFailed("Not all of it has started anew.");
    const code = await docker.compose("up", "--detach", "--no-build", "--no-recreate", "--wait", ...services);
    if (code !== 0) throw new CommandFailed("Not all of it is ready.");
  }
  const fault = await publicFault(deployment, config, publicTimeout);
  if (fault !== undefined) throw new CommandFailed(`${fault}: just logs traefik auth`);
  return 0;
}

/** Builds the images; with `fresh` without what was built before, and starts what runs on them. */
export async function buildInDocker(context: CommandContext, { fresh }: { readonly fresh: boolean }): Promise<number> {
  await buildImages(await openStack(context), ...(fresh ? ["--no-cache"] : []));
  return fresh ? upInDocker(context) : 0;
}

export const logsUsage = "logs [NAME…] [--follow] [--lines N]";
const logsOptions = {
  follow: { type: "boolean", short: "f" },
  lines: { type: "string", short: "n", default: "500" },
} as const;

/** Shows what containers print. */
export async function logsInDocker(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals: names } = parseArguments(args, logsOptions, logsUsage);
  if (!/^[1-9]\d*$/.test(values.lines)) throw new CommandFailed(`Use: just ${logsUsage}`);
  const stack = await openStack(context);
  const services = servicesOfAll(names, stack);
  return stack.docker.compose("logs", "--tail", values.lines, ...(values.follow ? ["--follow"] : []), ...services);
}

/** Shows each server's state, its open sessions, and how its limits are held. Exits with 1 when nothing runs. */
export async function statusInDocker(args: readonly string[], context: CommandContext): Promise<number> {
  const flags = parseFlags(args, ["--json"]);
  const { docker, deployment, config } = await openStack(context);
  const state = await stackState(docker, deployment, config);
  const proxied = config.servers.flatMap((server) =>
    server.kind === "stdio" ? servicesOf(server).map((name) => ({ ...server, name })) : [],
  );
  const containers = await runningContainers(docker, deployment.env.COMPOSE_PROJECT_NAME);
  const reports = await askProxies(proxied, (server) => proxyOperatorOf(docker, containers, server));
  if (flags.has("--json")) {
    const all = { url: deployment.issuer, mode: "docker", ...state, ...reports };
    print(context, [JSON.stringify(all, undefined, 2)]);
  } else {
    const own = state.own.map(({ name, state: { kind } }) => `${name} ${kind}`).join(", ");
    print(context, [
      ...[`The stack for ${deployment.issuer}: ${own}.`, "", ...renderTable(state.servers)],
      ...[...renderSessions(reports.sessions), ...renderLimits(reports.limits), ...renderEras(reports.eras)],
    ]);
  }
  return state.own.every(({ state: { kind } }) => kind === "failed") ? 1 : 0;
}

/** The services that names mean: a server's all of its replicas, a replica's itself. @throws {CommandFailed} for one that there is not */
function servicesOfAll(names: readonly string[], { config, deployment }: Stack): readonly string[] {
  const replicas = config.servers.flatMap(servicesOf);
  const known = [
    ...new Set([...ownServicesOf(deployment.env), ...config.servers.map(({ name }) => name), ...replicas]),
  ];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new CommandFailed(`There is no ${unknown}. There are: ${known.join(", ")}`);
  return [...new Set(names.flatMap((name) => servicesNamed(name, config)))];
}
