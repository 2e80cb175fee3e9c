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

/** How the deployed gateway tells servers apart: by a host name each, or by a path each below one host name. */
export type Routing = "subdomain" | "path";

/** The public name of the deployed gateway. Its texts may hold variables of compose. */
export interface PublicSite {
  readonly baseDomain: string;
  readonly routing: Routing;
  /** `:8443` where the public port is not that of https, else empty. */
  readonly portSuffix: string;
}

/** The host that the authorization server answers on. */
export function authHostOf({ baseDomain, routing }: PublicSite): string {
  return routing === "path" ? baseDomain : `auth.${baseDomain}`;
}

/** The issuer of the deployed gateway. It is an https origin also where a balancer before it ends TLS (RFC 8414 2). */
export function issuerOf(site: PublicSite): string {
  return `https://${authHostOf(site)}${site.portSuffix}`;
}

/** The one address of a server in the deployed gateway. */
export function publicAddressOf(name: string, { baseDomain, routing, portSuffix }: PublicSite): ServerAddress {
  const host = routing === "path" ? baseDomain : `${name}.${baseDomain}`;
  const path = routing === "path" ? `/${name}/mcp` : "/mcp";
  return { host, path, url: `https://${host}${portSuffix}${path}` };
}
