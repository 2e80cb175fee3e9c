import type { Agent, IncomingMessage, ServerResponse } from "node:http";
import { answerAuthAway } from "@gateway/forward-auth";
import type { Middleware, RoutingTable } from "@gateway/registry";
import { type Logger, requestIdHeader } from "@gateway/telemetry";
import { corsHeaders } from "./domain/cors.ts";
import type { RequestLine } from "./domain/request-line.ts";
import { endToEndHeaders, type HeaderLines, withHeaders, withIdentity } from "./domain/upstream-headers.ts";
import { sendAnswer } from "./forward.ts";
import { askVerify } from "./forward-auth.ts";

/** A request on its way through the middlewares of its route. */
export interface Exchange {
  readonly line: RequestLine;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** It is in every line about the request, goes on to the service, and comes back to the client. */
  readonly requestId: string;
  readonly table: RoutingTable;
  readonly verifyAgent: Agent;
  readonly logger: Logger;
}

/** What goes on to the service. */
export interface Outgoing {
  readonly path: string;
  readonly headers: HeaderLines;
}

type Step<Kind> = (
  outgoing: Outgoing,
  exchange: Exchange,
  middleware: Extract<Middleware, { kind: Kind }>,
) => Outgoing | undefined | Promise<Outgoing | undefined>;

const steps: { readonly [Kind in Middleware["kind"]]: Step<Kind> } = {
  cors: (outgoing, { req, res, table }) => {
    for (const [name, value] of corsHeaders(req.rawHeaders, table.corsOrigins)) res.setHeader(name, value);
    return outgoing;
  },
  "forward-auth": forwardAuth,
  "strip-prefix": (outgoing, _exchange, { prefix }) =>
    outgoing.path.startsWith(`${prefix}/`) ? { ...outgoing, path: outgoing.path.slice(prefix.length) } : outgoing,
  "replace-path": (outgoing, _exchange, { path }) => ({ ...outgoing, path }),
  "set-headers": (outgoing, _exchange, { headers }) => ({
    ...outgoing,
    headers: withHeaders(outgoing.headers, headers),
  }),
};

/**
 * Applies a route's middlewares in their order.
 * @returns what goes on to the service; undefined when one of them has answered, or the client has left
 */
export async function applyMiddlewares(
  middlewares: readonly Middleware[],
  exchange: Exchange,
): Promise<Outgoing | undefined> {
  let outgoing: Outgoing | undefined = { path: exchange.line.path, headers: hopHeaders(exchange) };
  for (const middleware of middlewares) {
    // The table's type ties each kind to its step; the compiler cannot follow the tie through an index.
    const step = steps[middleware.kind] as Step<Middleware["kind"]>;
    outgoing = await step(outgoing, exchange, middleware);
    if (outgoing === undefined) return undefined;
  }
  return outgoing;
}

async function forwardAuth(outgoing: Outgoing, exchange: Exchange): Promise<Outgoing | undefined> {
  const { line, req, res, requestId, table, verifyAgent, logger } = exchange;
  const verdict = await askVerify(table.verifyUrl, verifyAgent, line, req);
  if (verdict.kind === "allowed") return { ...outgoing, headers: withIdentity(outgoing.headers, verdict.identity) };
  if (verdict.kind === "refused") sendAnswer(verdict.answer, res);
  else {
    logger.error("auth does not answer", { requestId, error: verdict.code });
    answerAuthAway(res);
  }
  return undefined;
}

/** The client's headers, with the edge's own word about the hop in place of what the client said about it. */
function hopHeaders({ line, req, requestId }: Exchange): HeaderLines {
  return withHeaders(endToEndHeaders(req.rawHeaders), {
    "x-forwarded-for": req.socket.remoteAddress ?? "",
    "x-forwarded-host": line.authority,
    "x-forwarded-proto": "http",
    [requestIdHeader]: requestId,
  });
}
