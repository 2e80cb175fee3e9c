/** Where one server answers in local mode, as clients name it. */
export interface ServerAddress {
  readonly host: string;
  /** The path of its MCP endpoint on that host. */
  readonly path: string;
  /** Both as a URL: an identifier of the resource (RFC 8707). */
  readonly url: string;
}

/**
 * The two addresses of a server in local mode: below the issuer's own path space, and on a host name of its own.
 * The path form is the canonical one: every resolver knows `localhost`, several know no name below it.
 * @param issuer an origin, without a slash at the end
 */
export function addressesOf(
  name: string,
  issuer: string,
): { readonly path: ServerAddress; readonly host: ServerAddress } {
  const { hostname, host, protocol } = new URL(issuer);
  return {
    path: { host: hostname, path: `/${name}/mcp`, url: `${issuer}/${name}/mcp` },
    host: { host: `${name}.${hostname}`, path: "/mcp", url: `${protocol}//${name}.${host}/mcp` },
  };
}
