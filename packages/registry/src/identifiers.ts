import type { ServerDefinition } from "@gateway/config";

/** Where one server answers in local mode, as clients name it. */
export interface ServerAddress {
  readonly host: string;
  /** The path of its MCP endpoint on that host. */
  readonly path: string;
  /** Both as a URL: an identifier of the resource (RFC 8707). */
  readonly url: string;
}

/** What a server's addresses are made of. */
type Named = Pick<ServerDefinition, "name" | "host" | "aliases">;

/**
 * The addresses of a server in local mode: below the issuer's own path space, and on host names of its own. The path form
 * is the canonical one: every resolver knows `localhost`, several know no name below it. A whole host name means the deployed
 * gateway: here it leads nowhere.
 * @param issuer an origin, without a slash at the end
 */
export function addressesOf(
  { name, host, aliases = [] }: Named,
  issuer: string,
): { readonly path: ServerAddress; readonly hosts: readonly [ServerAddress, ...ServerAddress[]] } {
  const { hostname, host: authority, protocol } = new URL(issuer);
  const at = (label: string): ServerAddress => {
    return { host: `${label}.${hostname}`, path: "/mcp", url: `${protocol}//${label}.${authority}/mcp` };
  };
  return {
    path: { host: hostname, path: `/${name}/mcp`, url: `${issuer}/${name}/mcp` },
    hosts: [at(host === undefined || isWhole(host) ? name : host), ...aliases.filter((each) => !isWhole(each)).map(at)],
  };
}

/** Whether a host is given as a whole, and not as a label below the gateway's own name. */
function isWhole(host: string): boolean {
  return host.includes(".");
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

/** The addresses of a server in the deployed gateway, the canonical one first. */
export function publicAddressesOf(
  { name, host, aliases = [] }: Named,
  { baseDomain, routing, portSuffix }: PublicSite,
): readonly [ServerAddress, ...ServerAddress[]] {
  const at = (onHost: string, path: string): ServerAddress => {
    return { host: onHost, path, url: `https://${onHost}${portSuffix}${path}` };
  };
  const onItsOwn = (given: string) => at(isWhole(given) ? given : `${given}.${baseDomain}`, "/mcp");
  const others = aliases.map(onItsOwn);
  if (routing === "subdomain") return [onItsOwn(host ?? name), ...others];
  return [at(baseDomain, `/${name}/mcp`), ...(host === undefined ? [] : [onItsOwn(host)]), ...others];
}
