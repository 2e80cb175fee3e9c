import type { Omitted } from "../json/abridged.ts";
import type { Span } from "../json/spans.ts";

/** Ids keep their type: `1` and `"1"` are two requests (JSON-RPC 2.0 §4). */
export type RequestId = string | number;

interface AnyMessage {
  /** One line of JSON: what is passed on. */
  readonly text: string;
  /** Where the id's value stands in `text`, where that is known: another id is then put there without a search.
   *  Whoever gives a message another text takes it away. */
  readonly idSpan?: Span | undefined;
  /** Long strings for which marks stand in `text`, and deep in the parameters or the result (`restore`, `wholeMessage`). */
  readonly omitted?: readonly Omitted[];
}

export interface Request extends AnyMessage {
  readonly kind: "request";
  readonly id: RequestId;
  /** The id exactly as it stood, so that the answer carries the same bytes. */
  readonly idText: string;
  readonly method: string;
  readonly params: Params;
}

export interface Notification extends AnyMessage {
  readonly kind: "notification";
  readonly method: string;
  readonly params: Params;
}

export interface Response extends AnyMessage {
  readonly kind: "response";
  /** Null only on an error about a message whose id could not be read. */
  readonly id: RequestId | null;
  readonly result: Params | undefined;
}

export type Message = Request | Notification | Response;
export type Params = Readonly<Record<string, unknown>>;
