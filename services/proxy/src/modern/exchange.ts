import type { ServerResponse } from "node:http";
import { writeJson } from "../http/answers.ts";
import { type EventStream, openEventStream, type StreamTimes } from "../http/event-stream.ts";
import type { Accepted } from "../http/media-types.ts";

/**
 * The response to one request of the modern wire: JSON when the answer comes at once and nothing before it, else a
 * stream. It cannot be resumed: whoever closes it no longer wants the answer (mcp-wire.md §2.2).
 */
export class Exchange {
  readonly #res: ServerResponse;
  readonly #accepted: Accepted;
  readonly #times: StreamTimes;
  #grace: NodeJS.Timeout | undefined;
  readonly #listeners: ((why: Gone) => void)[] = [];
  readonly #onClosed: (() => void)[] = [];
  #stream: EventStream | undefined;
  #isDone = false;

  constructor(res: ServerResponse, accepted: Accepted, times: StreamTimes) {
    this.#res = res;
    this.#accepted = accepted;
    this.#times = times;
    res.on("close", () => this.#closed());
  }

  /** Whether its client still waits for the answer. */
  get isOpen(): boolean {
    return !this.#isDone && !this.#res.destroyed;
  }

  /** Whether its client takes more than the answer. */
  get mayStream(): boolean {
    return this.#accepted.stream;
  }

  get isStream(): boolean {
    return this.#stream !== undefined;
  }

  /** Calls back when nobody waits for the answer any more: the client has gone, or may not have it. */
  onGone(listener: (why: Gone) => void): void {
    if (this.#res.destroyed) queueMicrotask(() => listener("cancelled"));
    else this.#listeners.push(listener);
  }

  /** Calls back when it is over, whichever way. */
  onClosed(listener: () => void): void {
    if (this.#res.destroyed || this.#res.writableFinished) queueMicrotask(listener);
    else this.#onClosed.push(listener);
  }

  /** Ends it in place of the answer, which its client may not have any more. */
  cut(text: string, status: number): void {
    if (!this.isOpen) return;
    this.#tell("revoked");
    this.answer(text, status);
  }

  /** A child works on the answer: it becomes a stream soon. Until then its status can still tell that there is none. */
  startGrace(): void {
    const { jsonGrace } = this.#times;
    if (this.mayStream && this.isOpen) this.#grace ??= setTimeout(() => this.openStream(), jsonGrace).unref();
  }

  /** Makes it a stream at once, where its client takes one. */
  openStream(): void {
    clearTimeout(this.#grace);
    if (this.isOpen && this.mayStream) this.#stream ??= openEventStream(this.#res, {}, this.#times);
  }

  /** Sends what belongs to the request and is no answer; nothing where only JSON is accepted. */
  relay(text: string): void {
    this.openStream();
    this.#stream?.send(text);
  }

  /** Ends it with the answer. @param status counts where no header is out yet */
  answer(text: string, status = 200): void {
    if (!this.isOpen) return;
    clearTimeout(this.#grace);
    const isJson = this.#accepted.json || status !== 200;
    if (this.#stream === undefined && !isJson) this.openStream();
    this.#isDone = true;
    if (this.#stream === undefined) return void writeJson(this.#res, status, text);
    this.#stream.send(text);
    this.#stream.end();
  }

  #closed(): void {
    clearTimeout(this.#grace);
    if (!this.#isDone) this.#tell("cancelled");
    for (const listener of this.#onClosed) listener();
  }

  #tell(why: Gone): void {
    for (const listener of this.#listeners.splice(0)) listener(why);
  }
}

/** Why nobody waits for an answer any more. */
export type Gone = "cancelled" | "revoked";
