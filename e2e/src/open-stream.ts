import { once } from "node:events";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request } from "node:https";

/** A response that stays open, as a client of Streamable HTTP reads it. */
export interface OpenStream extends Disposable {
  /** What has come so far. */
  readonly text: () => string;
  /** Resolves, with all that has come, when the other side has ended it. */
  readonly ended: Promise<string>;
}

/** Sends a request; resolves once the headers of a stream are there, rejects on any other answer. */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  message?: unknown,
): Promise<OpenStream> {
  const accept = message === undefined ? "text/event-stream" : "application/json, text/event-stream";
  const sent = (url.startsWith("https:") ? request : plainRequest)(url, {
    method: message === undefined ? "GET" : "POST",
    headers: { accept, "content-type": "application/json", ...headers },
    agent: false,
  });
  sent.end(message === undefined ? undefined : JSON.stringify(message));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  if (response.headers["content-type"] !== "text/event-stream") {
    response.destroy();
    throw new Error(`${url} answered ${response.statusCode}, and no stream`);
  }
  let text = "";
  response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  // An edge may break the connection off when the stream behind it ends.
  const ended = new Promise<string>((resolve) => response.once("close", () => resolve(text)));
  return { text: () => text, ended, [Symbol.dispose]: () => void response.destroy() };
}
