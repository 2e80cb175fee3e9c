import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Logger } from "@gateway/telemetry";
import { sendRefusal } from "./endpoints/verify-refusal.ts";
import { LeanRequest } from "./lean-request.ts";

interface Listeners {
  /** `/verify`. */
  readonly verify: (req: IncomingMessage, res: ServerResponse) => Promise<void> | undefined;
  /** Everything else. */
  readonly app: RequestListener;
  readonly logger: Logger;
}

/** auth's HTTP server: /verify and /health before Express, which the rest goes to. Not listening yet. */
export function createAuthServer({ verify, app, logger }: Listeners): Server {
  const ask = verifier(verify, logger);
  const server = createServer({ IncomingMessage: LeanRequest }, (req, res) => {
    const path = pathOf(req.url);
    if (path === "/verify") {
      ask(req, res);
    } else if (path === "/health") {
      sendHealth(res);
    } else {
      app(req, res);
    }
  });
  // Decision 28: Traefik keeps idle connections for 90 s; one that we close first becomes somebody's 502.
  server.keepAliveTimeout = 95_000;
  server.headersTimeout = 100_000;
  server.requestTimeout = 60_000;
  server.maxHeadersCount = 0; // all are seen, up to Node's bound on their size: no second token hides behind the 2,000th
  return server;
}

/** security.md 1: what is odd is refused, and says why. */
function verifier(verify: Listeners["verify"], logger: Logger) {
  const refuseOdd = (res: ServerResponse, error: unknown) => {
    logger.error("verify failed", { error });
    sendRefusal(res, "unavailable");
  };
  return (req: IncomingMessage, res: ServerResponse): void => {
    try {
      verify(req, res)?.catch((error: unknown) => refuseOdd(res, error));
    } catch (error) {
      refuseOdd(res, error);
    }
  };
}

function pathOf(url = ""): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

function sendHealth(res: ServerResponse): void {
  res.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  res.end('{"status":"ok"}');
}
