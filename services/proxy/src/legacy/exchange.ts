import type { ServerResponse } from "node:http";
import { writeJson } from "../http/answers.ts";
import type { Accepted } from "../http/media-types.ts";
import { type EventStream, openEventStream } from "./event-stream.ts";

export interface ExchangeOptions {
  readonly accepted: Accepted;
  /** The body was an array, and so is a JSON answer. */
  readonly batch: boolean;
  /** How many requests the body holds. */
  readonly requests: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long an answer may take before the response becomes a stream (mcp-wire.md §1.3). */
const jsonGrace = 300;

/**
 * The response to one POST that holds requests: JSON when all answers come at once, else a stream. The stream begins
 * with the first message that is not an answer, or when the grace has passed, and ends after the last answer.
 */
export class Exchange {
  readonly #res: ServerResponse;
  readonly #options: ExchangeOptions;
  readonly #answers: string[] = [];
  readonly #grace: NodeJS.Timeout | undefined;
  #awaited: number;
  #status = 200;
  #stream: EventStream | undefined;

  constructor(res: ServerResponse, options: ExchangeOptions) {
    this.#res = res;
    this.#options = options;
    this.#awaited = options.requests;
    if (options.accepted.stream) this.#grace = setTimeout(() => this.#toStream(), jsonGrace);
    res.once("close", () => clearTimeout(this.#grace));
  }

  /** Whether it can carry more than answers. */
  isStreamable(): boolean {
    return this.#options.accepted.stream && !this.#res.writableEnded && !this.#res.destroyed;
  }

  /** Sends a message that belongs to one of the requests; false when it cannot be carried here. */
  relay(text: string): boolean {
    return this.isStreamable() && this.#toStream().send(text);
  }

  /** Sends one answer. `status` counts where no header is out yet, and nothing but this went wrong. */
  answer(text: string, status = 200): void {
    if (this.#res.destroyed) return; // a dropped connection cancels nothing; its answers have no reader
    this.#answers.push(text);
    this.#status = Math.max(this.#status, status);
    if (this.#stream !== undefined) this.#flush(this.#stream);
    this.#countDown();
  }

  /** One of the requests was cancelled: it gets no answer. */
  withdraw(): void {
    this.#countDown();
  }

  #countDown(): void {
    this.#awaited -= 1;
    if (this.#awaited > 0 || this.#res.destroyed) return;
    clearTimeout(this.#grace);
    if (this.#stream !== undefined) this.#stream.end();
    else if (this.#answers.length > 0 && (this.#options.accepted.json || this.#status !== 200)) this.#writeJson();
    else if (this.#options.accepted.stream) this.#toStream().end();
    else this.#res.writeHead(202, this.#options.headers).end();
  }

  #writeJson(): void {
    const body = this.#options.batch ? `[${this.#answers.join(",")}]` : this.#answers.join("");
    writeJson(this.#res, this.#status, body, this.#options.headers);
  }

  #toStream(): EventStream {
    clearTimeout(this.#grace);
    this.#stream ??= openEventStream(this.#res, this.#options.headers);
    this.#flush(this.#stream);
    return this.#stream;
  }

  #flush(stream: EventStream): void {
    for (const text of this.#answers.splice(0)) stream.send(text);
  }
}
