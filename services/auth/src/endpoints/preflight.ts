import type { RequestHandler } from "express";
import { allowedRequestHeaders, isOriginAllowed } from "../domain/cors.ts";
import { findEndpoint, publicHostsOf } from "../domain/public-hosts.ts";
import type { Ports } from "../ports.ts";

/**
 * Answers the CORS preflight of every MCP endpoint (decision 29; Fetch 4.8): the edge sends these OPTIONS here, so that
 * they need no token and never reach an MCP server. Other requests pass on.
 */
export function preflight({ config, resourceServers }: Pick<Ports, "config" | "resourceServers">): RequestHandler {
  const hosts = publicHostsOf(resourceServers);
  return (req, res, next) => {
    const { host = "", origin, "access-control-request-headers": requested = "" } = req.headers;
    if (req.method !== "OPTIONS" || findEndpoint(hosts, host, req.path) === undefined) return next();
    res.vary("Origin");
    if (origin !== undefined && isOriginAllowed(config.corsOrigins, origin)) {
      res.set({
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": allowedRequestHeaders(String(requested)),
        "Access-Control-Expose-Headers": "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After",
        "Access-Control-Max-Age": "7200",
      });
    }
    res.status(204).end();
  };
}
