import type { ServerResponse } from "node:http";

/** When responses become streams, and what holds those open, in milliseconds (mcp-wire.md §1.3). */
export interface StreamTimes {
  /**
   * How long an answer may take before the response becomes a stream. Nearly all come sooner: what waits for it is
   * unref'd, as the calls are (child/calls.ts).
   */
  readonly jsonGrace: number;
  /** From one comment on an idle stream to the next. */
  readonly keepAlive: number;
}

/** One SSE response. */
export interface EventStream {
  /** Sends one message, which is one line; with an id the client can resume after it. False when it has gone. */
  send(text: string, id?: string): boolean;
  end(): void;
  isOpen(): boolean;
}

/** A reader this far behind is given up: what it has not read is kept in memory. */
const largestBacklog = 64 * 1024 * 1024;
const comment = ": keepalive\n\n";
/** Milliseconds after which a client whose connection broke shall come back. */
const retry = 1_000;

/**
 * Begins an SSE response. Headers go out at once, with a comment behind them for intermediaries that wait for the
 * first byte; further comments keep idle connections open.
 * @param begin with `primingId` an event id to begin with, so that the client can resume before it has got anything
 */
export function openEventStream(
  res: ServerResponse,
  headers: Readonly<Record<string, string>>,
  { keepAlive, primingId }: Pick<StreamTimes, "keepAlive"> & { readonly primingId?: string | undefined },
): EventStream {
  res.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    ...headers,
  });
  res.write(primingId === undefined ? comment : renderPriming(primingId));
  const isOpen = () => !res.writableEnded && !res.destroyed;
  const timer = setInterval(() => res.write(comment), keepAlive).unref();
  if (isOpen()) res.once("close", () => clearInterval(timer));
  else clearInterval(timer); // the client has gone already: of that no event tells any more
  return {
    isOpen,
    send(text, id) {
      if (!isOpen()) return false;
      res.write(renderEvent(text, id));
      if (res.writableLength > largestBacklog) res.destroy();
      return true;
    },
    end() {
      clearInterval(timer);
      if (isOpen()) res.end();
    },
  };
}

/** One message as an SSE event (HTML, server-sent events, 9.2.5). The text has no line ends. Pure. */
export function renderEvent(text: string, id?: string): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: message\ndata: ${text}\n\n`;
}

/** An event without data: only its id counts (2025-11-25, transports, sending messages; SEP-1699). Pure. */
export function renderPriming(id: string): string {
  return `id: ${id}\nretry: ${retry}\ndata: \n\n`;
}
