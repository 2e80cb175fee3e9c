import type { StdioServer } from "@gateway/config";
import { operatorInOwnImage } from "@gateway/registry";
import { type CommandContext, CommandFailed } from "../command.ts";
import type { OperatorAnswer, OperatorCall } from "../operator-socket.ts";
import { readDeployment } from "./deployment.ts";
import { checkEngine, type Docker, dockerOf } from "./docker.ts";

type Proxied = Pick<StdioServer, "name" | "image">;

/** In each image of ours; the sockets can be reached from within the containers alone. */
const program = ["node", "/usr/local/bin/ask-operator.mjs"];

/**
 * The way to the operator API of the stack's auth.
 * @throws {CommandFailed} when it is asked and no engine answers, or auth does not run
 */
export function authOfStack(context: CommandContext): OperatorCall {
  return async (...question) => {
    const deployment = readDeployment(context);
    const { COMPOSE_PROJECT_NAME: project } = deployment.env;
    const docker = dockerOf(deployment, {});
    await checkEngine(docker);
    const container = (await runningContainers(docker, project)).get("auth");
    if (container === undefined)
      throw new CommandFailed(`auth of the stack ${project} does not run. Start it: just up`);
    return askIn(docker, container, program)(...question);
  };
}

/** Ids of a stack's containers that run, by their services: by the labels that compose gives them. */
export async function runningContainers(docker: Docker, project: string): Promise<ReadonlyMap<string, string>> {
  const filters = ["--filter", "status=running", "--filter", `label=com.docker.compose.project=${project}`];
  const format = '{{.Label "com.docker.compose.service"}}\t{{.ID}}';
  const lines = (await docker.ask("ps", ...filters, "--format", format)).split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => line.split("\t") as [string, string]));
}

/** The way to the operator API of a container's service. */
function askIn(docker: Docker, container: string, asking: readonly string[]): OperatorCall {
  return async (method, path, body = "") => {
    const printed = await docker.askWith(body, "exec", "--interactive", container, ...asking, method, path);
    return JSON.parse(printed) as OperatorAnswer;
  };
}

/** The same of a server's proxy, which does not answer yet while it starts, and never again once it is gone. */
export function proxyOperatorOf(
  docker: Docker,
  containers: ReadonlyMap<string, string>,
  { name, image }: Proxied,
): OperatorCall {
  const container = containers.get(name);
  if (container === undefined) return async () => undefined;
  const call = askIn(docker, container, image === undefined ? program : operatorInOwnImage);
  return (...question) =>
    call(...question).catch((error) => {
      if (error instanceof CommandFailed) return undefined;
      throw error;
    });
}
