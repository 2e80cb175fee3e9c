import { resourceMetadataUrl } from "@gateway/forward-auth";
import type { ResourceServers } from "@gateway/registry";
import type { Resource } from "./resource.ts";

/** A resource by the URL that one request uses for it: the identifier, with a slash more if the request has one. */
export interface RequestedResource extends Resource {
  readonly url: string;
  /** Where its metadata document is, in the same slash form (RFC 9728 3.1). */
  readonly metadataUrl: string;
}

/** What one public host serves. */
interface PublicHost {
  /** MCP endpoints by request path. */
  readonly endpoints: ReadonlyMap<string, RequestedResource>;
  /** Metadata documents by what follows the well-known segment; "" is the root document. */
  readonly documents: ReadonlyMap<string, RequestedResource>;
}

/** Public hosts by canonical name. What is not in it does not exist (oauth-wire 0.1). */
export type PublicHosts = ReadonlyMap<string, PublicHost>;

/** The table of all hosts that carry MCP servers, made once from the configured identifiers. */
export function publicHostsOf({ servers }: ResourceServers): PublicHosts {
  const resources = servers.flatMap((server) => server.identifiers.map((resource) => ({ server, resource })));
  const names = new Set(resources.map(({ resource }) => new URL(resource).host));
  return new Map(
    [...names].flatMap((name) => {
      const here = resources.filter(({ resource }) => new URL(resource).host === name);
      const host = { endpoints: new Map(here.flatMap(slashForms)), documents: documentsOf(here) };
      return here.flatMap(({ resource }) => hostSpellings(resource)).map((spelling) => [spelling, host] as const);
    }),
  );
}

/**
 * The MCP endpoint that a request means.
 * @param host as sent: any case, a trailing dot, the default port (decision 36)
 * @param path byte for byte
 */
export function findEndpoint(hosts: PublicHosts, host: string, path: string): RequestedResource | undefined {
  const known = hosts.get(host) ?? hosts.get(canonicalHost(host)); // nearly all send the canonical name
  return known?.endpoints.get(path);
}

/** The metadata document that a request means, by its own host and what follows the well-known segment. */
export function findDocument(hosts: PublicHosts, host: string, suffix: string): RequestedResource | undefined {
  return hosts.get(canonicalHost(host))?.documents.get(suffix);
}

/** Whether a Host value is that of a configured URL. */
export function isHostOf(url: string, host: string): boolean {
  return hostSpellings(url).includes(canonicalHost(host));
}

function canonicalHost(host: string): string {
  return host.toLowerCase().replace(/\.(?=:\d+$|$)/, "");
}

function hostSpellings(url: string): readonly string[] {
  const { host, port, protocol } = new URL(url);
  if (port !== "") return [host];
  return [host, `${host}:${protocol === "https:" ? 443 : 80}`];
}

function slashForms(resource: Resource): readonly [string, RequestedResource][] {
  const { pathname } = new URL(resource.resource);
  return [pathname, `${pathname}/`].map((path) => [path, requestedAs(resource, path)]);
}

function documentsOf(here: readonly Resource[]): ReadonlyMap<string, RequestedResource> {
  const documents = new Map(here.flatMap(slashForms));
  for (const resource of here) {
    const { pathname } = new URL(resource.resource);
    const base = pathname.replace(/\/mcp$/, "");
    if (base !== "") documents.set(base, requestedAs(resource, pathname));
  }
  // The root document names one resource, so it exists only where there is no second server to confuse it with.
  const [first] = here;
  if (first !== undefined && here.every(({ server }) => server === first.server)) {
    documents.set("", requestedAs(first, new URL(first.resource).pathname));
  }
  return documents;
}

function requestedAs(resource: Resource, path: string): RequestedResource {
  const { origin } = new URL(resource.resource);
  return { ...resource, url: `${origin}${path}`, metadataUrl: resourceMetadataUrl({ origin, pathname: path }) };
}
