import type { ServerResponse } from "node:http";

/** One SSE response. */
export interface EventStream {
  /** Sends one message, which is one line. False when the client has gone. */
  send(text: string): boolean;
  end(): void;
  isOpen(): boolean;
}

const keepAliveInterval = 15_000;
/** A reader this far behind is given up: what it has not read is kept in memory. */
const largestBacklog = 64 * 1024 * 1024;
const comment = ": keepalive\n\n";

/**
 * Begins an SSE response. Headers go out at once, with a comment behind them for intermediaries that wait for the
 * first byte; further comments keep idle connections open.
 */
export function openEventStream(res: ServerResponse, headers: Readonly<Record<string, string>>): EventStream {
  res.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    ...headers,
  });
  res.write(comment);
  const timer = setInterval(() => res.write(comment), keepAliveInterval);
  timer.unref();
  res.once("close", () => clearInterval(timer));
  const isOpen = () => !res.writableEnded && !res.destroyed;
  return {
    isOpen,
    send(text) {
      if (!isOpen()) return false;
      res.write(renderEvent(text));
      if (res.writableLength > largestBacklog) res.destroy();
      return true;
    },
    end() {
      clearInterval(timer);
      if (isOpen()) res.end();
    },
  };
}

/** One message as an SSE event (HTML Living Standard, server-sent events). The text has no line ends. Pure. */
function renderEvent(text: string): string {
  return `event: message\ndata: ${text}\n\n`;
}
