import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Route, RoutingTable } from "@gateway/registry";
import { type Logger, requestIdHeader, requestIdOf } from "@gateway/telemetry";
import { sendAmbiguous, sendError, sendNoRoute } from "./answers.ts";
import { checkRequestLine } from "./domain/request-line.ts";
import { indexUrlOf, routerOf } from "./domain/routing.ts";
import { type Forward, forwardTo } from "./forward.ts";
import { applyMiddlewares } from "./middlewares.ts";
import { PatientAgent } from "./patient-agent.ts";
import { answerUnreadable } from "./unreadable-requests.ts";

export interface EdgeOptions {
  readonly table: RoutingTable;
  /** Seconds that a request waits for a service which does not listen yet. */
  readonly startupTimeout: number;
  readonly logger: Logger;
}

/** The local stand-in for Traefik: the same routes, the same ForwardAuth contract. Not listening yet. */
export function createEdge({ table, startupTimeout, logger }: EdgeOptions): Server {
  const route = routerOf(table);
  const verifyAgent = new PatientAgent(0);
  const forwards = forwardsOf(table, startupTimeout, logger);

  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    const requestId = requestIdOf(req.rawHeaders);
    res.setHeader(requestIdHeader, requestId);
    const line = checkRequestLine(req.method ?? "", req.url ?? "", req.rawHeaders);
    if ("ambiguity" in line) return sendAmbiguous(res, line.ambiguity);
    if (hasUnframedBody(req)) return sendError(res, 411, "invalid_request", "This body needs a Content-Length.");
    const matched = route(line);
    if (matched === undefined) return sendNoRoute(res, indexUrlOf(table, (server.address() as AddressInfo).port));
    logger.debug("request", { method: line.method, route: matched.name, requestId });

    const outgoing = await applyMiddlewares(matched.middlewares, {
      line,
      req,
      res,
      requestId,
      table,
      verifyAgent,
      logger,
    });
    if (outgoing === undefined || res.destroyed || res.headersSent) return;
    req.headers = outgoing.headers as IncomingMessage["headers"];
    req.url = outgoing.path + line.query;
    forwards.get(wayOf(matched))?.(req, res);
  };

  // A request without Host is refused by checkRequestLine, with a body that says so.
  const server = createServer({ requireHostHeader: false }, (req, res) => {
    handle(req, res).catch((cause: unknown) => {
      logger.error("request failed", { requestId: res.getHeader(requestIdHeader), cause });
      sendError(res, 500, "server_error", "The gateway could not handle this request.");
    });
  });
  server.requestTimeout = 60_000; // bounds receiving a request, not the response (decisions 37)
  server.keepAliveTimeout = 95_000;
  // Node drops what comes after 2,000 headers, but goes by a dropped Transfer-Encoding or Content-Length itself: the body
  // would go on unframed, a request that /verify never saw. Their size is bounded (16 KiB).
  server.maxHeadersCount = 0;
  answerUnreadable(server, logger);
  return server;
}

/** Fails on a route to a service that the table does not have: at start, not at the first request. */
function forwardsOf(table: RoutingTable, startupTimeout: number, logger: Logger): ReadonlyMap<string, Forward> {
  const missing = table.routes.find(({ service }) => table.services[service] === undefined);
  if (missing) throw new Error(`Route "${missing.name}" leads to "${missing.service}", which is not in the table.`);
  const agent = new PatientAgent(startupTimeout);
  const ways = new Map(table.routes.map((route) => [wayOf(route), route]));
  const forwardOf = ({ service: name, patience }: Route) =>
    forwardTo(
      { name, url: table.services[name] ?? "", ...(patience === undefined ? {} : { patience }) },
      agent,
      logger,
    );
  return new Map([...ways].map(([way, route]) => [way, forwardOf(route)]));
}

/** Routes of one service that give it as much time share a way to it. */
function wayOf({ service, patience }: Route): string {
  return `${service} ${patience}`;
}

/** http-proxy announces a length of 0 for these and then sends the body, which the service reads as another request. */
function hasUnframedBody(req: IncomingMessage): boolean {
  return (req.method === "DELETE" || req.method === "OPTIONS") && req.headers["transfer-encoding"] !== undefined;
}
