import { baseScope } from "@gateway/forward-auth";
import type { RequestHandler } from "express";
import { findDocument, publicHostsOf } from "../domain/public-hosts.ts";
import type { Ports } from "../ports.ts";
import { publicDocument, wellKnownRequest } from "./public-document.ts";

/** Protected resource metadata (RFC 9728 3) of every MCP server, by the host and the path that follow from its URL. */
export function protectedResourceMetadata({
  config,
  resourceServers,
}: Pick<Ports, "config" | "resourceServers">): RequestHandler {
  const hosts = publicHostsOf(resourceServers);
  return publicDocument((req) => {
    const { host, suffix } = wellKnownRequest(req);
    const document = findDocument(hosts, host, suffix);
    if (document === undefined) return undefined;
    return {
      // RFC 9728 3.3: the client refuses a document whose `resource` is not the URL it asked about.
      resource: document.url,
      authorization_servers: [config.issuer],
      // The minimum: a client that has read no challenge asks for all that is listed. The server's own scopes stand in
      // its challenges; offline_access is no right at the server.
      scopes_supported: [baseScope],
      bearer_methods_supported: ["header"],
      resource_name: document.server.title,
    };
  });
}
