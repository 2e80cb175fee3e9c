import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "@gateway/telemetry";
import { writeRefusal } from "./http/answers.ts";
import { drain } from "./http/body.ts";
import { checkHost } from "./http/names.ts";
import { Refusal, refusals } from "./http/refusal.ts";
import { bearRequestId } from "./http/request-id.ts";
import { wireOf } from "./http/wire.ts";
import { answerMcp, type McpPorts } from "./mcp.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { answerHealth, answerReady, type OperatorPorts } from "./operator/health.ts";
import type { Peers } from "./replicas/peers.ts";

export interface AppPorts extends McpPorts, OperatorPorts {
  /** Undefined: other replicas do not ask this one whether it lives. */
  readonly peers?: Pick<Peers, "answer"> | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Everything the proxy answers, by path. */
export function createApp(ports: AppPorts): RequestListener {
  return (req, res) => {
    route(req, res, ports).catch((error: unknown) => answerError(req, res, error, ports));
  };
}

async function route(req: IncomingMessage, res: ServerResponse, ports: AppPorts): Promise<void> {
  const [path] = (req.url ?? "").split("?");
  switch (path) {
    case "/mcp":
    case "/mcp/":
      return answerMcp(req, res, ports);
    case "/health":
      checkRead(req);
      return answerHealth(res, ports);
    case "/ready":
      checkRead(req);
      return answerReady(res, ports);
    case "/replica":
      if (ports.peers === undefined) throw new Refusal("not_found");
      checkRead(req);
      return ports.peers.answer(res);
    default:
      throw new Refusal("not_found");
  }
}

/** For the machine's own checks: they come by loopback names or by address, never by a public name. */
function checkRead(req: IncomingMessage): void {
  checkHost(req, { hosts: [] });
  if (req.method !== "GET" && req.method !== "HEAD")
    throw new Refusal("method_not_allowed", { headers: { allow: "GET" } });
}

async function answerError(req: IncomingMessage, res: ServerResponse, error: unknown, ports: AppPorts): Promise<void> {
  const { metrics, logger } = ports;
  const requestId = bearRequestId(res);
  metrics.error(error instanceof Refusal ? error.refusal : "internal");
  if (!(error instanceof Refusal)) {
    logger.error("request failed", { requestId, cause: error });
    return writeRefusal(res, "internal", {}, wireOf(req));
  }
  const { refusal, details } = error;
  const { wire = wireOf(req) } = details;
  const [status] = refusals[refusal];
  logger[status >= 500 ? "info" : "debug"]("request refused", { requestId, refusal, status });
  if (refusal !== "too_large" && refusal !== "too_busy") return writeRefusal(res, refusal, details, wire);
  await drain(req);
  writeRefusal(res, refusal, { ...details, headers: { connection: "close" } }, wire);
}
