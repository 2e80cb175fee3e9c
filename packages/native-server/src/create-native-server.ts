import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "@gateway/telemetry";
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from "@modelcontextprotocol/node";
import type { McpHandlerRequestOptions } from "@modelcontextprotocol/server";

/** An MCP endpoint (Streamable HTTP) in the web's own terms. */
export interface Endpoint {
  fetch(request: Request, options?: McpHandlerRequestOptions): Promise<Response>;
}

export interface NativeServerOptions {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** It listens on loopback only, so that a foreign name in `Host` is a page's doing. */
  readonly isLocal: boolean;
  /** Bytes of a request's body. */
  readonly largestBody: number;
  readonly logger: Logger;
}

/** What Node gives to a server has these; its type leaves them open, as it is also that of an answer. */
type RequestOfAServer = IncomingMessage & { method: string; url: string };

const isLocalHost = localhostHostValidation();
const isLocalOrigin = localhostOriginValidation();

/** An MCP server that speaks HTTP itself: its endpoint at `/mcp`, and GET `/health`. Not listening yet. */
export function createNativeServer(options: NativeServerOptions): Server {
  const { name, endpoint, isLocal, largestBody: maxRequestBodySize, logger } = options;
  const onerror = (cause: Error) => logger.error("request failed", { cause });
  const serve = toNodeHandler(endpoint, { maxRequestBodySize, onerror });
  // Traefik keeps idle connections 90 s: a POST on one that was just closed here would become its 502.
  const timeouts = { keepAliveTimeout: 95_000, headersTimeout: 100_000, requestTimeout: 120_000 };
  const server = createServer(timeouts, (req, res) => {
    if (isLocal && !isLocalHost(req, res)) return;
    if (!isOriginAllowed(req, res)) return;
    const path = req.url?.split("?", 1)[0];
    if (path === "/mcp" || path === "/mcp/") return void serve(req as RequestOfAServer, res);
    if (path === "/health" && req.method === "GET") return answer(res, 200, { status: "ok", name });
    return answer(res, 404, { error: "not_found", error_description: "The MCP endpoint is /mcp" });
  });
  server.maxHeadersCount = 0; // all are seen, up to Node's bound on their size: no Origin hides behind the 2,000th
  return server;
}

/**
 * Refuses pages of other origins (MCP 2025-11-25, transports, security). Where the gateway has let one in, it says who
 * calls: a page cannot send X-User-Id itself, as no preflight is answered here.
 */
function isOriginAllowed(req: IncomingMessage, res: ServerResponse): boolean {
  return req.headers["x-user-id"] !== undefined || isLocalOrigin(req, res);
}

function answer(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
