import { ConfigError, type DeploymentEnv } from "@gateway/config";
import { type CommandContext, CommandFailed } from "../command.ts";
import { readDeployedServers, readDeployment } from "../docker/deployment.ts";
import { checkEngine, dockerOf } from "../docker/docker.ts";
import { type StackState, stackContainers, stackState } from "../docker/stack-state.ts";
import type { Container } from "../domain/container-state.ts";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import type { ServerState } from "../domain/server-state.ts";
import { holderOf, portFault } from "../ports.ts";

/** The Docker stack's containers. Settings that it cannot be found by are told with the settings. */
export async function checkStack(context: CommandContext): Promise<Finding[]> {
  try {
    const deployment = readDeployment(context);
    const docker = dockerOf(deployment, {});
    await checkEngine(docker);
    const state = await stackState(docker, deployment, await readDeployedServers(deployment.settings));
    const containers = await stackContainers(docker, deployment.env);
    return [...judge(state), ...(await checkPorts(deployment.env, containers))];
  } catch (error) {
    if (error instanceof ConfigError) return [];
    if (!(error instanceof CommandFailed)) throw error;
    const [found = "", ...advice] = error.message.split("\n");
    return [warning("Docker", found, ["If the stack is to run on this machine:", ...advice].join(" "))];
  }
}

/** Whether Traefik could open its ports, where its container does not have them already. */
async function checkPorts(env: DeploymentEnv, containers: readonly Container[]): Promise<Finding[]> {
  const entry = containers.find(({ service }) => service === "traefik")?.state ?? "none";
  if (["running", "restarting", "paused"].includes(entry)) return [];
  // Whoever looks at a stack elsewhere misses nothing here.
  const speak = containers.length === 0 ? warning : problem;
  const published: readonly PortName[] =
    env.TLS === "off" ? ["GATEWAY_HTTP_PORT"] : ["GATEWAY_HTTP_PORT", "GATEWAY_HTTPS_PORT"];
  const findings = await Promise.all(published.map((name) => checkPort(name, env, speak)));
  return findings.flat();
}

type PortName = "GATEWAY_HTTP_PORT" | "GATEWAY_HTTPS_PORT";

async function checkPort(name: PortName, env: DeploymentEnv, speak: typeof problem): Promise<Finding[]> {
  const { [name]: port, GATEWAY_BIND: host } = env;
  const about = `port ${port}`;
  switch (await portFault(port, host)) {
    case "taken": {
      const holder = holderOf(port);
      const found = `in use${holder === undefined ? "" : ` by ${holder}`}, so Traefik cannot open it`;
      return [speak(about, found, `End what has it, or choose another one: ${name}.`)];
    }
    case "no such address":
      return [
        speak(about, `this machine has no address ${host}`, "Set GATEWAY_BIND to one that it has, or take it out."),
      ];
    case undefined:
      return [];
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
