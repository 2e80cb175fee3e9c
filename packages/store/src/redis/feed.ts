import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@gateway/telemetry";
import { Listeners } from "../listeners.ts";
import type { Feed, FeedEvent } from "../ports/feed.ts";
import { parseFeedEvent } from "./feed-event.ts";
import type { RedisLink } from "./link.ts";

interface RedisFeedOptions {
  /** Of its own: reading blocks it. */
  readonly link: RedisLink;
  readonly key: string;
  /** Milliseconds in which Redis must answer. */
  readonly limit: number;
  readonly logger?: Logger | undefined;
}

/** Milliseconds after which Redis answers though there is no news: the heartbeat. */
const heartbeat = 250;
const mostAtOnce = 100;

/**
 * The feed as a Redis stream. A reader asks for all after the last event it heard, and gets the news at once or a
 * heartbeat; so after a lost connection it hears what it missed first, and only then does the feed count as alive
 * again. With PUBLISH what happened in between would be lost, unnoticed if the gap was short.
 */
export class RedisFeed implements Feed {
  readonly #options: RedisFeedOptions;
  readonly #listeners = new Listeners();
  readonly #end = new AbortController();
  #lastHeard = "0-0";
  #aliveAt = Number.NEGATIVE_INFINITY;
  /** Whether what was missed has yet to be asked for. */
  #isBehind = true;

  constructor(options: RedisFeedOptions) {
    this.#options = options;
  }

  /** Begins to listen: from now on, if Redis answers now, else from a minute ago, by this machine's clock. */
  async begin(): Promise<void> {
    const { link, key, limit } = this.#options;
    try {
      const newest = await link.run(limit, (client) => client.xRevRange(key, "+", "-", { COUNT: 1 }));
      this.#lastHeard = newest?.[0]?.id ?? "0-0";
      this.#aliveAt = performance.now();
    } catch {
      this.#lastHeard = `${Date.now() - 60_000}-0`;
    }
    void this.#listen();
  }

  async subscribe(listener: (event: FeedEvent) => void): Promise<() => Promise<void>> {
    return this.#listeners.add(listener);
  }

  silentFor(): number {
    return performance.now() - this.#aliveAt;
  }

  end(): void {
    this.#end.abort();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        await this.#hear();
      } catch {
        this.#isBehind = true;
        await delay(25, undefined, { signal }).catch(() => undefined); // the link connects again, and logs
      }
    }
  }

  async #hear(): Promise<void> {
    const { link, key, limit, logger } = this.#options;
    const from = { key, id: this.#lastHeard };
    // After a silence nobody waits for the next heartbeat: that there is no news is an answer too.
    const options = this.#isBehind ? { COUNT: mostAtOnce } : { BLOCK: heartbeat, COUNT: mostAtOnce };
    const answer = await link.run(heartbeat + limit, (client) => client.xRead(from, options));
    const messages = (answer as StreamAnswer)?.[0]?.messages ?? [];
    for (const { id, message } of messages) {
      this.#lastHeard = id;
      const event = parseFeedEvent(message.event);
      if (event === undefined) logger?.warn("an event of the feed cannot be read", { id });
      // It is stepped over; it may have ended anything.
      this.#listeners.tell(event ?? { kind: "unreadable" });
    }
    if (messages.length === mostAtOnce) return; // more may wait behind a full answer
    this.#aliveAt = performance.now();
    this.#isBehind = false;
  }
}

type StreamAnswer = readonly { messages: readonly { id: string; message: Record<string, string> }[] }[] | null;
