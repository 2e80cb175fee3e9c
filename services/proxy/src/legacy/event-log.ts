import { randomBytes } from "node:crypto";

/** By which method a stream was opened first. */
export type StreamKind = "get" | "post";

/** Whether an event id names a standalone stream, of whichever life of a session. Pure. */
export function isListeningId(id: string): boolean {
  return /^[\w-]{8}-get\d+\.\d+$/.test(id);
}

/** How much of the past one session keeps for clients that resume. */
export interface EventLogLimits {
  readonly events: number;
  readonly bytes: number;
}

interface LoggedEvent {
  readonly stream: string;
  readonly sequence: number;
  readonly text: string;
  readonly bytes: number;
}

/** What a client missed on one stream. */
export interface Missed {
  readonly stream: string;
  readonly events: readonly { readonly id: string; readonly text: string }[];
}

interface Progress {
  /** Of the newest event; 0 while there is none, which is the id of the priming event. */
  last: number;
  /** Of the newest event that is no longer kept. */
  dropped: number;
}

/**
 * The newest events of one session's streams. An event id is `<stream>.<sequence>`: it names its stream, as the
 * specification asks, so that only that stream's events are replayed (2025-11-25, transports, resumability).
 */
export class EventLog {
  // Ids of an earlier life of the session must not name streams of this one.
  readonly #life = randomBytes(6).toString("base64url");
  readonly #limits: EventLogLimits;
  readonly #events = new Set<LoggedEvent>();
  readonly #streams = new Map<string, Progress>();
  #lastStream = 0;
  #bytes = 0;

  constructor(limits: EventLogLimits) {
    this.#limits = limits;
  }

  /** Begins one more stream; gives its name. */
  open(kind: StreamKind): string {
    this.#lastStream += 1;
    const stream = `${this.#life}-${kind}${this.#lastStream}`;
    this.#streams.set(stream, { last: 0, dropped: 0 });
    return stream;
  }

  /** Keeps an event, and gives its id. The oldest ones of the session make room for it. */
  append(stream: string, text: string): string {
    const progress = this.#streams.get(stream) ?? { last: 0, dropped: 0 };
    progress.last += 1;
    const event = { stream, sequence: progress.last, text, bytes: Buffer.byteLength(text) };
    this.#events.add(event);
    this.#bytes += event.bytes;
    for (const oldest of this.#events) {
      if (this.#events.size <= this.#limits.events && this.#bytes <= this.#limits.bytes) break;
      this.#drop(oldest);
    }
    return `${stream}.${event.sequence}`;
  }

  /** What came after the event of this id; undefined when the id is not one of ours, or not all is kept. */
  after(id: string): Missed | undefined {
    const [, stream = "", digits] = /^(.+)\.(\d{1,15})$/.exec(id) ?? [];
    const progress = this.#streams.get(stream);
    const sequence = Number(digits);
    if (progress === undefined || sequence > progress.last || sequence < progress.dropped) return undefined;
    const missed = [...this.#events].filter((event) => event.stream === stream && event.sequence > sequence);
    return { stream, events: missed.map((event) => ({ id: `${stream}.${event.sequence}`, text: event.text })) };
  }

  /** Whether an event id was made here. */
  isOwn(id: string): boolean {
    return id.startsWith(`${this.#life}-`);
  }

  /** Forgets a stream: nobody will resume it. */
  forget(stream: string): void {
    for (const event of this.#events) if (event.stream === stream) this.#drop(event);
    this.#streams.delete(stream);
  }

  #drop(event: LoggedEvent): void {
    this.#events.delete(event);
    this.#bytes -= event.bytes;
    const progress = this.#streams.get(event.stream);
    if (progress !== undefined) progress.dropped = event.sequence;
  }
}
