import type { IncomingMessage, ServerResponse } from "node:http";
import {
  checkModernNotification,
  checkModernRequest,
  type Message,
  renderModernError,
  type StandardHeaders,
} from "@gateway/protocol";
import { writeAccepted, writeJson } from "../http/answers.ts";
import type { StreamTimes } from "../http/event-stream.ts";
import type { Accepted } from "../http/media-types.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Replicas } from "../replicas/replicas.ts";
import { Exchange } from "./exchange.ts";
import type { ModernRoom } from "./room.ts";

/** One POST of the modern wire, its sender known and its body read: one message. */
export interface ModernPost {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly identity: Identity;
  readonly accepted: Accepted;
  readonly message: Message;
}

export interface ModernPorts {
  readonly modern: ModernRoom;
  readonly metrics: Metrics;
  readonly streams: StreamTimes;
  /** Undefined: there is one proxy alone. */
  readonly replicas?: Replicas | undefined;
}

/** POST of the modern wire: the ladder of checks, and on to a child (mcp-wire.md §2.2, §2.3). */
export async function answerModernPost(post: ModernPost, ports: ModernPorts): Promise<void> {
  const { modern, metrics, streams, replicas } = ports;
  const { req, res, identity, accepted, message } = post;
  const headers = standardHeaders(req);
  if (message.kind === "response") throw new Refusal("invalid_request", { data: "Clients send no responses" });
  if (message.kind === "notification") {
    const refusal = checkModernNotification(message, headers);
    if (refusal === undefined) return writeAccepted(res); // none of them asks for anything over HTTP
    metrics.error("invalid_request");
    return writeJson(res, refusal.status, renderModernError(undefined, refusal.error));
  }
  const checked = checkModernRequest(message, headers);
  if ("refusal" in checked) {
    const { status, error } = checked.refusal;
    metrics.error("invalid_request");
    return writeJson(res, status, renderModernError(message.idText, error));
  }
  const header = (name: string) => headerOf(req, name);
  const asking = { request: message, envelope: checked.envelope, identity, header };
  if (replicas !== undefined) {
    const passable = { req, res, body: { batch: false, messages: [message] }, idText: message.idText } as const;
    if (await replicas.passOn(passable, () => modern.replicaFor(asking, replicas))) return;
  }
  await modern.serve(asking, new Exchange(res, accepted, streams));
}

function standardHeaders(req: IncomingMessage): StandardHeaders {
  return {
    version: headerOf(req, "mcp-protocol-version"),
    method: headerOf(req, "mcp-method"),
    name: headerOf(req, "mcp-name"),
  };
}

/** A header that came twice is joined by Node, and then is not what the body says. */
function headerOf(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return typeof value === "string" ? value : undefined;
}
