import type { FeedEvent } from "./ports/feed.ts";

/** Those in this process who listen to the feed. */
export class Listeners {
  readonly #listeners = new Set<(event: FeedEvent) => void>();

  /** Adds one, and gives what takes it away again. The same function added twice is called twice. */
  add(listener: (event: FeedEvent) => void): () => Promise<void> {
    const own = (event: FeedEvent) => listener(event);
    this.#listeners.add(own);
    return async () => {
      this.#listeners.delete(own);
    };
  }

  /** Tells all. A listener that throws hurts neither the others nor the writer: its error is uncaught, as a bug should be. */
  tell(event: FeedEvent): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(event));
  }
}
