import type { ResourceServer, ResourceServers } from "@gateway/registry";

/** One MCP server under one of its identifiers. */
export interface Resource {
  readonly server: ResourceServer;
  /** The identifier: an endpoint URL, the only value ever put in `aud`. */
  readonly resource: string;
}

/**
 * Finds the server that a `resource` parameter means (RFC 8707 2; oauth-wire 0.2). Real clients send the endpoint, its
 * base, either with a slash, any case of scheme and host, the default port: all mean the endpoint.
 * @returns the server and the identifier that was meant, or undefined: `invalid_target`
 */
export function resolveResource(servers: ResourceServers, requested: string): Resource | undefined {
  const url = splitUrl(requested);
  if (url === undefined) return undefined;
  for (const server of servers.servers) {
    const resource = server.identifiers.find((identifier) => isSpellingOf(identifier, url));
    if (resource !== undefined) return { server, resource };
  }
  return undefined;
}

/**
 * Whether `requested` is the bare origin that several servers share (path routing): it names none of them, so it
 * counts as an absent `resource`.
 */
export function isBareOrigin(servers: ResourceServers, requested: string): boolean {
  const url = splitUrl(requested);
  if (url === undefined || (url.path !== "" && url.path !== "/")) return false;
  const identifiers = servers.servers.flatMap((server) => server.identifiers);
  return identifiers.some((identifier) => splitUrl(identifier)?.origin === url.origin);
}

interface SplitUrl {
  readonly origin: string;
  readonly path: string;
}

// Not `new URL`: it would quietly repair dot segments, backslashes, user info and white space into another resource.
function splitUrl(text: string): SplitUrl | undefined {
  const [, scheme, authority, path] = /^(https?):\/\/([^/?#@\\\s]+)(\/[^?#\\\s]*)?$/i.exec(text) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  const defaultPort = scheme.toLowerCase() === "https" ? ":443" : ":80";
  const host = authority.toLowerCase();
  const bareHost = host.endsWith(defaultPort) ? host.slice(0, -defaultPort.length) : host;
  return { origin: `${scheme.toLowerCase()}://${bareHost}`, path: path ?? "" };
}

function isSpellingOf(identifier: string, { origin, path }: SplitUrl): boolean {
  const endpoint = splitUrl(identifier);
  if (endpoint?.origin !== origin) return false;
  const base = endpoint.path.replace(/\/mcp$/, "");
  return [endpoint.path, `${endpoint.path}/`, base, `${base}/`].includes(path);
}
