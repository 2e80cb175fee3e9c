import type { ServerResponse } from "node:http";
import { type EventStream, openEventStream, type StreamTimes } from "../http/event-stream.ts";
import type { AccessToken } from "../identity/identify.ts";
import type { EventLog, Missed, StreamKind } from "./event-log.ts";

/** What makes the responses of one session into streams. */
export interface StreamOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** The client knows events without data (2025-11-25 and later): each stream begins with one, which carries an id. */
  readonly priming: boolean;
  /** Whose response it is; undefined where nobody checks. */
  readonly token: AccessToken | undefined;
}

export interface ResumableStreamPorts extends Pick<StreamTimes, "keepAlive"> {
  /** Milliseconds for which what a client may have missed is kept after its connection went (mcp-wire.md §6). */
  readonly keptFor: number;
  /** Called when nobody can resume it any more. */
  readonly onForgotten: () => void;
}

/**
 * One stream of a session, which may outlive its connections: whatever is sent is logged, so that a client whose
 * connection broke can have it by Last-Event-ID. A broken connection cancels nothing.
 */
export class ResumableStream {
  readonly name: string;
  readonly #log: EventLog;
  readonly #ports: ResumableStreamPorts;
  #connection: EventStream | undefined;
  #token: AccessToken | undefined;
  #forgetting: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(log: EventLog, kind: StreamKind, ports: ResumableStreamPorts) {
    this.#log = log;
    this.#ports = ports;
    this.name = log.open(kind);
  }

  /** Begins on this response. */
  connect(res: ServerResponse, options: StreamOptions): void {
    this.#connect(res, options, options.priming ? `${this.name}.0` : undefined);
  }

  /** Goes on on another response with what the client missed. An older connection is lost, known to us or not. */
  resume(res: ServerResponse, options: StreamOptions, { events }: Missed): void {
    if (this.#ended && events.length === 0) {
      // HTML, server-sent events, 9.2: 204 tells a client that there is nothing to reconnect for.
      res.writeHead(204, options.headers).end();
      return;
    }
    this.#connect(res, options);
    for (const { id, text } of events) this.#connection?.send(text, id);
    if (this.#ended) this.#connection?.end();
  }

  /** Logs one message and sends it, if somebody is there. */
  send(text: string): boolean {
    if (this.#ended) return false;
    const id = this.#log.append(this.name, text);
    this.#connection?.send(text, id);
    return true;
  }

  /** Whether somebody reads it. */
  isOpen(): boolean {
    return this.#connection?.isOpen() === true;
  }

  /** With which token it is being read; undefined: nobody reads it, or nobody checks. */
  get readWith(): AccessToken | undefined {
    return this.isOpen() ? this.#token : undefined;
  }

  /** Ends the connection, not the stream: whoever may read it can resume. */
  disconnect(): void {
    this.#connection?.end();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Nothing more will come; what was sent can be had again for a while. */
  end(): void {
    this.#ended = true;
    this.#connection?.end();
  }

  /** Ends it and keeps nothing. */
  forget(): void {
    this.end();
    clearTimeout(this.#forgetting);
    this.#log.forget(this.name);
    this.#ports.onForgotten();
  }

  #connect(res: ServerResponse, { headers, token }: StreamOptions, primingId?: string): void {
    clearTimeout(this.#forgetting);
    this.#connection?.end();
    const { keepAlive, keptFor } = this.#ports;
    const connection = openEventStream(res, headers, { keepAlive, primingId });
    this.#connection = connection;
    this.#token = token;
    const forgetLater = () => {
      if (this.#connection === connection) this.#forgetting = setTimeout(() => this.forget(), keptFor).unref();
    };
    if (connection.isOpen()) res.once("close", forgetLater);
    else forgetLater(); // the client has gone before it began
  }
}
