import type { GatewayConfig } from "@gateway/config";
import { publicAddressOf } from "@gateway/registry";
import { type ContainerRow, serviceState } from "../domain/container-state.ts";
import type { ServerRow, ServerState } from "../domain/server-state.ts";
import type { Deployment } from "./deployment.ts";
import type { Docker } from "./docker.ts";

/** What stands before the servers. */
export const ownServices = ["traefik", "docker-socket", "auth", "redis"] as const;

/** The gateway's own containers and its servers, as the engine sees them. */
export interface StackState {
  readonly own: readonly { readonly name: string; readonly state: ServerState }[];
  readonly servers: readonly ServerRow[];
}

/** Asks the engine. */
export async function stackState(docker: Docker, { site }: Deployment, config: GatewayConfig): Promise<StackState> {
  const output = await docker.askCompose("ps", "--all", "--no-trunc", "--format", "json");
  const containers = parseRows(output);
  const stateOf = (name: string) => serviceState(containers.find(({ Service }) => Service === name));
  return {
    own: ownServices.map((name) => ({ name, state: stateOf(name) })),
    servers: config.servers.map((server) => {
      const runsElsewhere = server.kind === "http" && server.run === undefined;
      const state: ServerState = !server.enabled
        ? { kind: "disabled" }
        : runsElsewhere
          ? { kind: "ready" }
          : stateOf(server.name);
      return { name: server.name, state, endpoint: publicAddressOf(server.name, site).url };
    }),
  };
}

/** Compose prints one object a line, or, in older versions, one list. */
function parseRows(output: string): ContainerRow[] {
  const texts = output.trim().startsWith("[") ? [output] : output.split("\n").filter((line) => line !== "");
  return texts.flatMap((text) => JSON.parse(text) as ContainerRow | ContainerRow[]);
}
