import type { IncomingMessage, ServerResponse } from "node:http";
import { isParameterHeader } from "@gateway/protocol";
import type { Front } from "../configuration/proxy-config.ts";
import { isOriginAllowed } from "./names.ts";

const allowedHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "content-type",
  "accept",
  "mcp-protocol-version",
  "mcp-session-id",
  "mcp-method",
  "mcp-name",
  "last-event-id",
  "traceparent",
  "tracestate",
  "baggage",
]);

/** Lets an allowed page read the answer, errors included (Fetch, CORS protocol; mcp-wire.md §3.2). */
export function setCorsHeaders(req: IncomingMessage, res: ServerResponse, front: Front): void {
  const { origin } = req.headers;
  res.setHeader("vary", "Origin");
  if (origin === undefined || !isOriginAllowed(origin, front)) return;
  res.setHeader("access-control-allow-origin", origin);
  res.setHeader("access-control-expose-headers", "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After");
}

/** Answers a preflight. It needs no identity: browsers send none. */
export function writePreflight(req: IncomingMessage, res: ServerResponse): void {
  const requested = (req.headers["access-control-request-headers"] ?? "").split(",").map((name) => name.trim());
  const headers = requested.filter(
    (name) => allowedHeaders.has(name.toLowerCase()) || isParameterHeader(name.toLowerCase()),
  );
  res.setHeader("access-control-allow-methods", "GET, POST, DELETE, OPTIONS");
  res.setHeader("access-control-allow-headers", headers.join(", "));
  res.setHeader("access-control-max-age", "7200");
  res.writeHead(204).end();
}
