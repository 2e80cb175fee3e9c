import { type GatewayConfig, isLoopbackName, type ServerDefinition } from "@gateway/config";
import { authPatience } from "@gateway/forward-auth";
import { authRoutes } from "./auth-routes.ts";
import { addressesOf, type ServerAddress } from "./identifiers.ts";
import type { Middleware, Route, RoutingTable } from "./route.ts";

/** Where things listen, as the edge reaches them. */
export interface Listeners {
  /** auth's base URL (`http://127.0.0.1:4000`). */
  readonly auth: string;
  /** The MCP endpoint of each server by its name (`http://127.0.0.1:4001/mcp`): its proxy's, or its own. */
  readonly servers: Readonly<Record<string, string>>;
}

// Of two routes that match, the higher wins. None with a priority above 2 leads to an MCP server, so that a route
// that an edge has dropped leaves a refusal behind it, never an open door.
export const priorities = { wellKnown: 10, preflight: 5, auth: 4, server: 2 } as const;

/** The metadata documents, which answer on each server's own host too (RFC 9728 3.1, RFC 8414 3.1). */
export const wellKnown = authRoutes.filter(({ path, prefix }) => prefix && path.startsWith("/.well-known/"));

/**
 * The routes of local mode (oauth-wire 13.3): auth on the issuer's host, and each server that is switched on and
 * listens, in its path form there and on its own host.
 */
export function routingTableOf(
  { servers }: GatewayConfig,
  { issuer, listeners, corsOrigins }: { issuer: string; listeners: Listeners; corsOrigins: readonly string[] },
): RoutingTable {
  const routed = servers.flatMap((server) => {
    const endpoint = listeners.servers[server.name];
    return server.enabled && endpoint !== undefined ? [{ server, endpoint: new URL(endpoint) }] : [];
  });
  return {
    routes: [
      ...issuerRoutes(issuer),
      ...routed.flatMap(({ server, endpoint }) => serverRoutes(server, endpoint, issuer)),
    ],
    services: {
      auth: listeners.auth,
      ...Object.fromEntries(routed.map(({ server, endpoint }) => [serviceOf(server), endpoint.origin])),
    },
    verifyUrl: new URL("/verify", listeners.auth).href,
    corsOrigins,
  };
}

function issuerRoutes(issuer: string): Route[] {
  const { hostname: host } = new URL(issuer);
  const toAuth = { host, middlewares: [], service: "auth", patience: authPatience.asking };
  // No server is called auth.
  return [
    { ...toAuth, name: "auth", priority: priorities.auth, paths: authRoutes },
    metadataRoute({ host }, "auth-metadata"),
  ];
}

function serverRoutes(server: ServerDefinition, endpoint: URL, issuer: string): Route[] {
  const { name } = server;
  const { path, hosts } = addressesOf(server, issuer);
  // No server's name has a _ in it: a route of an alias cannot be taken for one of another server.
  const onHosts = hosts.flatMap((address, index) => {
    const [metadata, itself] =
      index === 0 ? [`${name}-metadata`, `${name}-host`] : [`${name}_${index}-metadata`, `${name}_${index}`];
    return [metadataRoute(address, metadata), ...endpointRoutes(server, endpoint, address, itself, [])];
  });
  const strip: Middleware = { kind: "strip-prefix", prefix: `/${name}` };
  return [...onHosts, ...endpointRoutes(server, endpoint, path, `${name}-path`, [strip])];
}

function metadataRoute({ host }: Pick<ServerAddress, "host">, name: string): Route {
  return { name, priority: priorities.wellKnown, host, paths: wellKnown, middlewares: [], ...alone };
}

/** To auth, which answers by itself there. */
const alone = { service: "auth", patience: authPatience.alone } as const;

/** One endpoint: its preflight, which auth answers before any authentication, and itself. */
function endpointRoutes(
  server: ServerDefinition,
  endpoint: URL,
  address: ServerAddress,
  name: string,
  strip: readonly Middleware[],
): Route[] {
  // Never a prefix of `/name` alone: it would match `/namex`, and `/name%2f..%2fother/mcp` too.
  const at = { host: address.host, paths: [{ path: address.path, prefix: true }] };
  return [
    {
      ...at,
      name: `${name}-preflight`,
      priority: priorities.preflight,
      method: "OPTIONS",
      middlewares: [],
      ...alone,
    },
    {
      ...at,
      name,
      priority: priorities.server,
      middlewares: [{ kind: "cors" }, { kind: "forward-auth" }, ...strip, ...towardsServer(server, endpoint)],
      service: serviceOf(server),
    },
  ];
}

/** Apart from auth's own name, whatever a server is called. */
function serviceOf({ name }: ServerDefinition): string {
  return `server-${name}`;
}

/** What a server that speaks HTTP itself needs; a proxy takes requests as they are. */
export function towardsServer(server: ServerDefinition, endpoint: URL): Middleware[] {
  if (server.kind === "stdio") return [];
  const path: Middleware[] = endpoint.pathname === "/mcp" ? [] : [{ kind: "replace-path", path: endpoint.pathname }];
  const isOurs = isLoopbackName(endpoint.hostname) || server.container !== undefined;
  return [...path, { kind: "set-headers", headers: { ...hopHeaders(endpoint, isOurs), ...server.headers } }];
}

/**
 * Such a server knows itself by its own address, and may refuse other names (DNS rebinding). What leaves this machine
 * carries no proof of who the user is (oauth-wire 13.2): an empty value removes a header.
 */
function hopHeaders({ host }: URL, isOurs: boolean): Record<string, string> {
  return { Host: host, ...(isOurs ? {} : { "X-Auth-Token": "", "X-Gateway-Assertion": "" }) };
}
