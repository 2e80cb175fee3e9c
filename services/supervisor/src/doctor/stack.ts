import { ConfigError } from "@gateway/config";
import { type CommandContext, CommandFailed } from "../command.ts";
import { readDeployedServers, readDeployment } from "../docker/deployment.ts";
import { checkEngine, dockerOf } from "../docker/docker.ts";
import { type StackState, stackState } from "../docker/stack-state.ts";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import type { ServerState } from "../domain/server-state.ts";

/** The Docker stack's containers. Settings that it cannot be found by are told with the settings. */
export async function checkStack(context: CommandContext): Promise<Finding[]> {
  try {
    const deployment = readDeployment(context);
    const docker = dockerOf(deployment, {});
    await checkEngine(docker);
    return judge(await stackState(docker, deployment, await readDeployedServers(deployment.settings)));
  } catch (error) {
    if (error instanceof ConfigError) return [];
    if (!(error instanceof CommandFailed)) throw error;
    const [found = "", ...advice] = error.message.split("\n");
    return [warning("Docker", found, ["If the stack is to run on this machine:", ...advice].join(" "))];
  }
}

function judge({ own, servers }: StackState): Finding[] {
  if (own.every(({ state: { kind } }) => kind === "failed"))
    return [warning("Docker", "the stack does not run on this machine", "Start it, if it should: just up")];
  return [
    ...own.map(({ name, state }) => finding(`container ${name}`, state)),
    ...servers.map(({ name, state }) => finding(`server ${name}`, state)),
  ];
}

function finding(about: string, state: ServerState): Finding {
  if (!("reason" in state)) return ok(about, state.kind);
  const [, found = state.reason, verb = "just status"] = /^(.*): (just .*)$/.exec(state.reason) ?? [];
  return problem(about, found, verb);
}
