import { type GatewayConfig, isOwnRedis, type ServerDefinition } from "@gateway/config";
import { containersOf, hasContainer } from "@gateway/registry";

/** What stands before the servers: Redis too, unless REDIS_URL names another one. */
export function ownServicesOf({ REDIS_URL }: { readonly REDIS_URL?: string | undefined }): readonly string[] {
  return ["traefik", "docker-socket", "auth", ...(isOwnRedis(REDIS_URL) ? ["redis"] : [])];
}

/** The services of compose that a server is. */
export function servicesOf(server: ServerDefinition): readonly string[] {
  return server.enabled && hasContainer(server) ? containersOf(server) : [];
}

/** The services that a name stands for: a server's is that of all its replicas. */
export function servicesNamed(name: string, { servers }: GatewayConfig): readonly string[] {
  const server = servers.find((each) => each.name === name);
  return server === undefined ? [name] : servicesOf(server);
}

/**
 * Services in the order in which they may end and begin anew: a server's replicas one after the other, so that others serve
 * meanwhile. No names: all that there are.
 * @param names of services; none: every service of the stack
 * @param own what stands before the servers
 */
export function wavesOf(
  names: readonly string[],
  config: GatewayConfig,
  own: readonly string[],
): readonly (readonly string[])[] {
  const replicas = config.servers.map(servicesOf).filter(({ length }) => length > 1);
  const rank = (service: string) => Math.max(0, ...replicas.map((services) => services.indexOf(service)));
  const all = names.length > 0 ? names : [...own, ...config.servers.flatMap(servicesOf)];
  const last = Math.max(...all.map(rank));
  if (last === 0) return [names];
  return Array.from({ length: last + 1 }, (_, wave) => all.filter((service) => rank(service) === wave)).filter(
    ({ length }) => length > 0,
  );
}
