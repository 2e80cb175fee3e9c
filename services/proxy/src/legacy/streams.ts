import { chooseStream, holdingKey, type Notification, type Request } from "@gateway/protocol";
import type { EventStream } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";

/** Messages that no stream could take are kept up to this many; then the oldest goes. */
const mostHeld = 1_000;
/** What is kept, in characters; it holds the longest message a child can write. */
const mostHeldText = 16 * 1024 * 1024;

/** The streams of one session, and what waits for one. Each message goes to exactly one of them. */
export class Streams {
  readonly #exchanges = new Set<Exchange>();
  readonly #held = new Map<string, string>();
  #heldText = 0;
  #standalone: EventStream | undefined;

  /** The response to a POST; it leaves with `detach`. */
  attach(exchange: Exchange): void {
    this.#exchanges.add(exchange);
    this.#flush(1);
  }

  detach(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
  }

  /** The stream of a GET. One that is open is ended: its connection may be lost without our knowing. */
  open(stream: EventStream): void {
    this.#standalone?.end();
    this.#standalone = stream;
    this.#flush(0);
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
    if (this.#sendNow(text, inFlight)) return true;
    const key = holdingKey(message);
    if (key === undefined) return true;
    this.#release(key);
    if (this.#heldText + text.length > mostHeldText) return false;
    this.#held.set(key, text);
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
    this.#standalone?.end();
    this.#held.clear();
    this.#heldText = 0;
    this.#exchanges.clear();
  }

  #sendNow(text: string, inFlight: number): boolean {
    const responses = [...this.#exchanges].filter((exchange) => exchange.isStreamable());
    const standalone = this.hasOpen() ? this.#standalone : undefined;
    const stream = chooseStream<Exchange | EventStream>({ inFlight, responses, standalone });
    if (stream === undefined) return false;
    return "relay" in stream ? stream.relay(text) : stream.send(text);
  }

  #flush(inFlight: number): void {
    for (const [key, text] of [...this.#held]) {
      if (!this.#sendNow(text, inFlight)) return;
      this.#release(key);
    }
  }

  #release(key: string): boolean {
    this.#heldText -= this.#held.get(key)?.length ?? 0;
    return this.#held.delete(key);
  }
}
