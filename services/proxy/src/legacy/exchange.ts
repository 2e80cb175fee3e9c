import type { ServerResponse } from "node:http";
import { joinText, type Text } from "@gateway/protocol";
import { writeAccepted, writeJson } from "../http/answers.ts";
import type { StreamTimes } from "../http/event-stream.ts";
import type { Accepted } from "../http/media-types.ts";
import type { ResumableStream, StreamOptions } from "./resumable-stream.ts";

/** What a POST that holds requests asks of its response. */
export interface ResponseOptions extends StreamOptions {
  readonly accepted: Accepted;
  /** The body was an array, and so is a JSON answer. */
  readonly batch: boolean;
  /** How many requests the body holds. */
  readonly requests: number;
}

export interface ExchangePorts extends Pick<StreamTimes, "jsonGrace"> {
  readonly newStream: () => ResumableStream;
}

/**
 * The response to one POST that holds requests: JSON when all answers come at once, else a stream. The stream begins
 * with the first message that is not an answer, or when the grace has passed, and ends after the last answer.
 */
export class Exchange {
  readonly #res: ServerResponse;
  readonly #options: ResponseOptions;
  readonly #ports: ExchangePorts;
  readonly #onDone: () => void;
  readonly #answers: Text[] = [];
  readonly #grace: NodeJS.Timeout | undefined;
  #awaited: number;
  #status = 200;
  #stream: ResumableStream | undefined;

  /** @param onDone called when nothing more can be sent here; perhaps twice */
  constructor(res: ServerResponse, options: ResponseOptions, ports: ExchangePorts, onDone: () => void) {
    this.#res = res;
    this.#options = options;
    this.#ports = ports;
    this.#onDone = onDone;
    this.#awaited = options.requests;
    if (options.accepted.stream) this.#grace = setTimeout(() => this.#toStream(), ports.jsonGrace).unref();
    res.on("close", () => this.#closed());
  }

  /** The access token that the calls were made with; undefined where nobody checks. */
  get token(): ResponseOptions["token"] {
    return this.#options.token;
  }

  /** Whether it can carry more than answers, to somebody who reads it now. */
  isStreamable(): boolean {
    if (this.#stream !== undefined) return this.#stream.isOpen();
    return this.#options.accepted.stream && !this.#res.writableEnded && !this.#res.destroyed;
  }

  /** Whether what is sent is kept for whoever resumes it, though nobody may be reading. */
  isResumable(): boolean {
    return this.#stream?.hasEnded === false;
  }

  /** Sends a message that belongs to one of the requests; false when it cannot be carried here. */
  relay(text: string): boolean {
    return (this.#stream !== undefined || this.isStreamable()) && this.#toStream().send(text);
  }

  /** Sends one answer. `status` counts where no header is out yet, and nothing but this went wrong. */
  answer(text: Text, status = 200): void {
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
    if (this.#awaited > 0) return;
    clearTimeout(this.#grace);
    this.#onDone();
    if (this.#stream !== undefined) this.#stream.end();
    else if (!this.#res.destroyed) this.#finish();
  }

  #finish(): void {
    const { accepted, headers } = this.#options;
    if (this.#answers.length > 0 && (accepted.json || this.#status !== 200)) this.#writeJson();
    else if (accepted.stream) this.#toStream().end();
    else writeAccepted(this.#res, headers);
  }

  /** A connection that drops cancels nothing, but what has not become a stream cannot be resumed. */
  #closed(): void {
    clearTimeout(this.#grace);
    if (this.#stream === undefined) this.#onDone();
  }

  #writeJson(): void {
    const [only = ""] = this.#answers;
    const body = this.#options.batch ? `[${this.#answers.map(joinText).join(",")}]` : only;
    writeJson(this.#res, this.#status, body, this.#options.headers);
  }

  #toStream(): ResumableStream {
    clearTimeout(this.#grace);
    if (this.#stream === undefined) {
      this.#stream = this.#ports.newStream();
      this.#stream.connect(this.#res, this.#options);
    }
    this.#flush(this.#stream);
    return this.#stream;
  }

  #flush(stream: ResumableStream): void {
    for (const text of this.#answers.splice(0)) stream.send(joinText(text));
  }
}
