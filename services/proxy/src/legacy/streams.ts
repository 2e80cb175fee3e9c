import type { ServerResponse } from "node:http";
import { chooseStream, holdingKey, type Notification, type Request } from "@gateway/protocol";
import type { Limits } from "../configuration/proxy-config.ts";
import type { AccessToken } from "../identity/identify.ts";
import { ShortLived } from "../short-lived.ts";
import { EventLog } from "./event-log.ts";
import { Exchange, type ExchangePorts, type ResponseOptions } from "./exchange.ts";
import { ResumableStream, type StreamOptions } from "./resumable-stream.ts";

/** Messages that no stream could take are kept up to this many; then the oldest goes. */
const mostHeld = 1_000;
/** What is kept, in characters; it holds the longest message a child can write. */
const mostHeldText = 16 * 1024 * 1024;
/** Streams that can be resumed; beyond it the oldest one that has ended is forgotten. */
const mostStreams = 1_000;

/** What waits for a stream. */
interface Held {
  readonly text: string;
  /** It belongs on the standalone stream alone. */
  readonly isUnrelated: boolean;
}

/** The streams of one session, and what waits for one. Each message goes to exactly one of them. */
export class Streams {
  readonly #log: EventLog;
  readonly #resumable = new Map<string, ResumableStream>();
  readonly #exchanges = new ShortLived<Exchange>();
  readonly #held = new Map<string, Held>();
  readonly #ports: ExchangePorts;
  readonly #limits: Pick<Limits, "streams" | "missed">;
  readonly #onAnswered: () => void;
  #heldText = 0;
  #standalone: ResumableStream | undefined;

  /** @param onAnswered called when a POST has its answers, or its connection has gone without any */
  constructor(limits: Pick<Limits, "streams" | "missed">, onAnswered: () => void) {
    this.#limits = limits;
    this.#log = new EventLog(limits.missed);
    this.#ports = {
      jsonGrace: limits.streams.jsonGrace,
      newStream: () => this.#create("post"),
    };
    this.#onAnswered = onAnswered;
  }

  /** Makes the response to a POST that holds requests. */
  respond(res: ServerResponse, options: ResponseOptions): Exchange {
    const id = this.#exchanges.newId();
    const exchange = new Exchange(res, options, this.#ports, () => this.#answered(id));
    this.#exchanges.set(id, exchange);
    this.#flush(1);
    return exchange;
  }

  /** Makes the stream of a GET. One that is open is ended: its connection may be lost without our knowing. */
  listen(res: ServerResponse, options: StreamOptions): void {
    this.#standalone?.end();
    this.#standalone = this.#create("get");
    this.#standalone.connect(res, options);
    this.#flush(0);
  }

  /** Goes on after the event of that id with the stream it was on; false when that cannot be done without a gap. */
  resume(res: ServerResponse, options: StreamOptions, lastEventId: string): boolean {
    const missed = this.#log.after(lastEventId);
    const stream = this.#resumable.get(missed?.stream ?? "");
    if (missed === undefined || stream === undefined) return false;
    stream.resume(res, options, missed);
    this.#flush(this.#exchanges.size);
    return true;
  }

  /** The tokens with which streams are being read. */
  tokensInUse(): readonly AccessToken[] {
    return [...this.#resumable.values()].flatMap(({ readWith }) => readWith ?? []);
  }

  /** Ends the connections of one token. */
  disconnect(jti: string): void {
    for (const stream of this.#resumable.values()) if (stream.readWith?.jti === jti) stream.disconnect();
  }

  /** Whether an event id is of this child's streams, kept or not. */
  hasEvent(id: string): boolean {
    return this.#log.isOwn(id);
  }

  /** How many somebody reads now. */
  get open(): number {
    let open = 0;
    for (const stream of this.#resumable.values()) if (stream.isOpen()) open += 1;
    return open;
  }

  hasOpen(): boolean {
    return this.#standalone?.isOpen() === true;
  }

  /** Sends a message that belongs to a request, where that one's response cannot carry it. */
  sendStandalone(text: string): boolean {
    return this.#standalone?.send(text) === true;
  }

  /**
   * Sends a child's message that belongs to no request, or keeps it until a stream opens. False: too much is kept.
   * @param text the message as the client gets it
   * @param inFlight how many requests the child is working on
   */
  send(message: Request | Notification, text: string, inFlight: number): boolean {
    // What is not kept here goes to a broken response's log rather than being lost (mcp-wire.md §1.3).
    const mayBeLogged = holdingKey(message) === undefined;
    return this.#sendNow(text, inFlight, mayBeLogged) || this.#hold(message, { text, isUnrelated: false });
  }

  /** Sends what is known to be about no request on the standalone stream, or keeps it for that (mcp-wire.md §4.3). */
  sendUnrelated(message: Notification, text: string): void {
    if (!this.#sendUnrelatedNow(text)) this.#hold(message, { text, isUnrelated: true });
  }

  /** False: too much is kept. */
  #hold(message: Request | Notification, held: Held): boolean {
    const key = holdingKey(message);
    if (key === undefined) return true;
    this.#release(key);
    const { text } = held;
    if (this.#heldText + text.length > mostHeldText) return false;
    this.#held.set(key, held);
    this.#heldText += text.length;
    const [oldest] = this.#held.keys();
    if (this.#held.size > mostHeld && oldest !== undefined) this.#release(oldest);
    return true;
  }

  /** Forgets a kept request; true when it had not been sent. */
  withdraw(request: Pick<Request, "kind" | "idText">): boolean {
    return this.#release(holdingKey(request) ?? "");
  }

  end(): void {
    for (const stream of [...this.#resumable.values()]) stream.forget();
    this.#held.clear();
    this.#heldText = 0;
    this.#exchanges.clear();
  }

  #answered(id: number): void {
    this.#exchanges.delete(id);
    this.#onAnswered();
  }

  #create(kind: "get" | "post"): ResumableStream {
    const { streams, missed } = this.#limits;
    const stream: ResumableStream = new ResumableStream(this.#log, kind, {
      keepAlive: streams.keepAlive,
      keptFor: missed.keptFor,
      onForgotten: () => this.#resumable.delete(stream.name),
    });
    this.#resumable.set(stream.name, stream);
    if (this.#resumable.size > mostStreams) this.#oldestEnded()?.forget();
    return stream;
  }

  #oldestEnded(): ResumableStream | undefined {
    for (const stream of this.#resumable.values()) if (stream.hasEnded) return stream;
    return undefined;
  }

  #sendNow(text: string, inFlight: number, mayBeLogged = false): boolean {
    const exchanges = this.#exchanges.values();
    const read = exchanges.filter((exchange) => exchange.isStreamable());
    const responses = mayBeLogged ? [...read, ...exchanges.filter((exchange) => exchange.isResumable())] : read;
    const standalone = this.hasOpen() ? this.#standalone : undefined;
    const stream = chooseStream<Exchange | ResumableStream>({ inFlight, responses, standalone });
    if (stream === undefined) return false;
    return "relay" in stream ? stream.relay(text) : stream.send(text);
  }

  #sendUnrelatedNow(text: string): boolean {
    return this.hasOpen() && this.sendStandalone(text);
  }

  #flush(inFlight: number): void {
    if (this.#held.size === 0) return;
    for (const [key, { text, isUnrelated }] of [...this.#held]) {
      if (isUnrelated ? this.#sendUnrelatedNow(text) : this.#sendNow(text, inFlight)) this.#release(key);
    }
  }

  #release(key: string): boolean {
    this.#heldText -= this.#held.get(key)?.text.length ?? 0;
    return this.#held.delete(key);
  }
}
