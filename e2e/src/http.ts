import { once } from "node:events";
import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { see } from "./wiretap.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  /** As a flat list of name, value, name, value where order, spelling or repetition matter. */
  readonly headers?: Record<string, string> | readonly string[];
  readonly body?: string;
}

/**
 * One request exactly as written: any header, any spelling, any Host. Names below localhost are asked at 127.0.0.1,
 * because many resolvers do not know them.
 */
export async function send(url: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Answer> {
  const { protocol, host, hostname, port, pathname, search } = new URL(url);
  const request = protocol === "https:" ? tlsRequest : plainRequest;
  const own = Array.isArray(headers) ? headers : Object.entries(headers).flat();
  const named = new Set(own.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  const raw = [
    ...(named.has("host") ? [] : ["Host", host]),
    ...own,
    ...(body === undefined || named.has("content-length") ? [] : ["Content-Length", `${Buffer.byteLength(body)}`]),
  ];
  see({ url, headers: pairsOf(raw), ...(body === undefined ? {} : { body }) });
  const connectTo = hostname.endsWith("localhost") ? "127.0.0.1" : hostname;
  const sent = request({ host: connectTo, port, path: pathname + search, method, headers: raw, agent: false });
  sent.end(body);
  const [response] = await once(sent, "response");
  const answer: Answer = { status: response.statusCode, headers: response.headers, text: await text(response) };
  see({ headers: Object.entries(answer.headers), body: answer.text });
  return answer;
}

/** Names and values out of a flat list of both. */
function pairsOf(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : []));
}

/** A JSON-RPC message to an MCP endpoint, with what the transport asks a client to send. */
export function post(url: string, message: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  return send(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body,
  });
}

/** The one JSON-RPC message of an answer, whether it came as JSON or as an event. */
export function messageOf({ text: body, headers }: Answer): Record<string, unknown> {
  if (!headers["content-type"]?.startsWith("text/event-stream")) return JSON.parse(body);
  const data = body.split("\n").filter((line) => line.startsWith("data: ") && line.length > 6);
  return JSON.parse(data.at(-1)?.slice(6) ?? "null");
}
