import type { GatewayConfig } from "@gateway/config";
import { publicAddressesOf } from "@gateway/registry";
import { type Container, containerFormat, parseContainer, serviceState } from "../domain/container-state.ts";
import type { ServerRow, ServerState } from "../domain/server-state.ts";
import { ownServicesOf, servicesOf } from "../domain/stack-services.ts";
import type { Deployment } from "./deployment.ts";
import type { Docker } from "./docker.ts";

/** The gateway's own containers and its servers, as the engine sees them. */
export interface StackState {
  readonly own: readonly { readonly name: string; readonly state: ServerState }[];
  /** Each replica of a server by itself. */
  readonly servers: readonly ServerRow[];
}

/** The containers that the stack has, whatever their state. */
export async function stackContainers(
  docker: Docker,
  { COMPOSE_PROJECT_NAME: project }: Deployment["env"],
): Promise<Container[]> {
  const ofProject = ["--filter", `label=com.docker.compose.project=${project}`];
  const lines = (await docker.ask("ps", "--all", ...ofProject, "--format", containerFormat)).split("\n");
  return lines.filter((line) => line !== "").map(parseContainer);
}

/** Asks the engine. */
export async function stackState(
  docker: Docker,
  { site, env }: Deployment,
  config: GatewayConfig,
): Promise<StackState> {
  const containers = await stackContainers(docker, env);
  const stateOf = (name: string) =>
    serviceState(
      name,
      containers.find(({ service }) => service === name),
    );
  return {
    own: ownServicesOf(env).map((name) => ({ name, state: stateOf(name) })),
    servers: config.servers.flatMap((server) => {
      const endpoint = publicAddressesOf(server, site)[0].url;
      const without: ServerState = { kind: server.enabled ? "ready" : "disabled" }; // it runs elsewhere, or nowhere
      const services = servicesOf(server);
      if (services.length === 0) return [{ name: server.name, state: without, endpoint }];
      return services.map((name) => ({ name, state: stateOf(name), endpoint }));
    }),
  };
}
