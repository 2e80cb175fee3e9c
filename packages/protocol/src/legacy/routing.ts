import type { Notification, Request } from "../json-rpc/message.ts";

/** The streams of a session at the moment a child writes something that belongs to no request. */
export interface OpenStreams<Stream> {
  /** How many requests the child is working on. */
  readonly inFlight: number;
  /** Response streams of these that can carry other messages, oldest first. */
  readonly responses: readonly Stream[];
  /** The standalone stream (GET). */
  readonly standalone: Stream | undefined;
}

/**
 * The one stream for a message of the child that names no request (mcp-wire.md §1.3); undefined when it must wait.
 * With exactly one request in flight the message is about that one; otherwise the standalone stream is made for it.
 */
export function chooseStream<Stream>({ inFlight, responses, standalone }: OpenStreams<Stream>): Stream | undefined {
  const [oldest] = responses;
  if (inFlight === 1 && oldest !== undefined) return oldest;
  return standalone ?? oldest;
}

/**
 * What a message that no stream can take is kept under: a later one with the same key replaces it.
 * Undefined: it is not kept (log messages tell of the past, progress of a call whose client has gone).
 */
export function holdingKey(message: Pick<Request, "kind" | "idText"> | Notification): string | undefined {
  if (message.kind === "request") return `request ${message.idText}`;
  switch (message.method) {
    case "notifications/tools/list_changed":
    case "notifications/prompts/list_changed":
    case "notifications/resources/list_changed":
      return message.method;
    case "notifications/resources/updated":
      return `${message.method} ${JSON.stringify(message.params.uri)}`;
    case "notifications/elicitation/complete":
    case "notifications/tasks/status":
      return `${message.method} ${message.text}`;
    default:
      return undefined;
  }
}
