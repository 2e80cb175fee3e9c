import type { ServerDefinition } from "@gateway/config";

/** Whether a server is a container of the Docker stack, and not elsewhere. */
export function hasContainer(server: ServerDefinition): boolean {
  return server.kind === "stdio" || server.run !== undefined || server.container !== undefined;
}
