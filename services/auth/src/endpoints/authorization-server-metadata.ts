import type { RequestHandler } from "express";
import { renderAuthorizationServerMetadata } from "../domain/authorization-server-metadata.ts";
import { findDocument, isHostOf, publicHostsOf } from "../domain/public-hosts.ts";
import type { Ports } from "../ports.ts";
import { publicDocument, wellKnownRequest } from "./public-document.ts";

/**
 * Authorization server metadata (RFC 8414 3), also under the name of OpenID Connect discovery. Each MCP server's host
 * and path carry the same document, for clients that look there first (MCP 2025-03-26); its issuer stays the issuer.
 */
export function authorizationServerMetadata({
  config,
  resourceServers,
}: Pick<Ports, "config" | "resourceServers">): RequestHandler {
  const hosts = publicHostsOf(resourceServers);
  const metadata = renderAuthorizationServerMetadata(config.issuer, resourceServers);
  return publicDocument((req) => {
    const { host, suffix } = wellKnownRequest(req);
    const isOwn = suffix === "" && isHostOf(config.issuer, host);
    return isOwn || findDocument(hosts, host, suffix) !== undefined ? metadata : undefined;
  });
}
