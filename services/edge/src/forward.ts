import { type Agent, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { pipeline } from "node:stream";
import { type Logger, requestIdHeader } from "@gateway/telemetry";
import { createProxyMiddleware } from "http-proxy-middleware";
import { sendServiceDown } from "./answers.ts";
import { isHopByHop, linesOf } from "./domain/upstream-headers.ts";

/** Sends a prepared request (url and headers already those of the service) to a service and its answer back. */
export type Forward = (req: IncomingMessage, res: ServerResponse) => void;

/** The way to one service, which has `patience` seconds to begin its answer. Nothing is buffered: bytes go on as they come, headers before any byte (decisions 15a, 37). */
export function forwardTo(
  service: { readonly name: string; readonly url: string; readonly patience?: number },
  agent: Agent,
  logger: Logger,
): Forward {
  const middleware = createProxyMiddleware({
    target: service.url,
    agent: service.url.startsWith("https:") ? new HttpsAgent({ keepAlive: true }) : agent,
    toProxy: true, // the request target as it is: http-proxy would parse and normalise it
    selfHandleResponse: true,
    ...(service.patience === undefined ? {} : { proxyTimeout: service.patience * 1_000 }),
    on: {
      // A client that leaves takes its upstream request with it, also one that has not been answered yet.
      proxyReq: (upstream, _req, res) => {
        if (res.destroyed) upstream.destroy();
        else res.once("close", () => upstream.destroy());
      },
      proxyRes: (answer, _req, res) => sendAnswer(answer, res),
      error: (error, _req, res) => {
        if (!("headersSent" in res) || res.destroyed) return;
        const { code } = error as NodeJS.ErrnoException;
        logger.warn("service does not answer", {
          requestId: res.getHeader(requestIdHeader),
          target: service.name,
          error: code,
        });
        sendServiceDown(res, service.name);
      },
    },
  });
  return (req, res) => void middleware(req, res);
}

/** Copies status, headers and body of an answer; trailers end here. CORS headers and the request's id have one owner: those set before stay. */
export function sendAnswer(answer: IncomingMessage, res: ServerResponse): void {
  if (res.headersSent) return void answer.destroy(); // the rest of the request could not be read, and was answered so
  const isHop = isHopByHop(answer.rawHeaders);
  const hasCors = res.hasHeader("vary");
  for (const [name, value] of linesOf(answer.rawHeaders)) {
    if (isHop(name) || name === requestIdHeader || (hasCors && name.startsWith("access-control-"))) continue;
    res.appendHeader(name, value);
  }
  const status = answer.statusCode ?? 502;
  res.writeHead(status, answer.statusMessage || STATUS_CODES[status]);
  res.flushHeaders();
  pipeline(answer, res, () => {}); // either end gone: pipeline ends the other
}
