import type { ServerDefinition } from "@gateway/config";

type Replicated = Pick<ServerDefinition, "name"> & { readonly replicas?: number };

/** All containers of a server have this name on its network. No server's name has a _ in it. */
const alias = "all_replicas";

/** The names of a server's containers, and so of their volumes: its own, and those of the replicas beside it. */
export function containersOf({ name, replicas = 1 }: Replicated): [string, ...string[]] {
  return [name, ...Array.from({ length: replicas - 1 }, (_, index) => `${name}_${index + 2}`)];
}

/**
 * What makes a proxy one of several: they find each other on their server's network, and share no store (docs/decisions/0155). The
 * same whatever their number is, so that one more or less leaves the others running.
 */
export function replicaVariables(server: Replicated, container: string, port: number): Record<string, string> {
  const containers = containersOf(server);
  if (containers.length === 1) return {};
  return { REPLICA_NAME: `r${containers.indexOf(container) + 1}`, REPLICA_PEERS: `http://${alias}:${port}` };
}

/** The networks of such a container. */
export function networksOf({ name, replicas = 1 }: Replicated): unknown {
  return replicas === 1 ? [name] : { [name]: { aliases: [alias] } };
}

/** How Traefik finds out which of several gets requests: by the address, since a name would be a public one. */
export function balancing({ replicas = 1 }: Replicated): Record<string, unknown> {
  if (replicas === 1) return {};
  return { healthCheck: { path: "/replica", hostname: "127.0.0.1", interval: "2s", timeout: "1s" } };
}
