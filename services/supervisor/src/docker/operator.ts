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
    const answer = await operatorOf(docker, project, "auth")(...question);
    if (answer === undefined) throw new CommandFailed(`auth of the stack ${project} does not run. Start it: just up`);
    return answer;
  };
}

/** The way to the operator API of one of the stack's services: its container is found by the labels that compose gives it. */
function operatorOf(
  docker: Docker,
  project: string,
  service: string,
  asking: readonly string[] = program,
): OperatorCall {
  return async (method, path, body = "") => {
    const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
    const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
    const [container] = (await docker.ask("ps", "--quiet", "--filter", "status=running", ...filters)).split("\n");
    if (!container) return undefined;
    const printed = await docker.askWith(body, "exec", "--interactive", container, ...asking, method, path);
    return JSON.parse(printed) as OperatorAnswer;
  };
}

/** The same of a server's proxy, which does not answer yet while it starts, and never again once it is gone. */
export function proxyOperatorOf(docker: Docker, project: string, { name, image }: Proxied): OperatorCall {
  const call = operatorOf(docker, project, name, image === undefined ? program : operatorInOwnImage);
  return (...question) =>
    call(...question).catch((error) => {
      if (error instanceof CommandFailed) return undefined;
      throw error;
    });
}
