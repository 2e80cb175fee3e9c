import { RateLimiterMemory } from "rate-limiter-flexible";

/** Fetches a minute that strangers can cause in all, and at once to one host (oauth-wire 4.2.5). */
const perMinute = 120;
const perHost = 2;
/** More than this wait for one slow host in vain. */
const mostWaiting = 8;

/** Bounds what strangers can make us fetch, so that we are no tool against another host. */
export class FetchLimits {
  readonly #inAll = new RateLimiterMemory({ points: perMinute, duration: 60 });
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Does the work when its host has room. @throws when too much was asked for in this minute */
  async within<T>(host: string, work: () => Promise<T>): Promise<T> {
    const isAdmitted = await this.#inAll.consume("all").then(
      () => true,
      () => false,
    );
    if (!isAdmitted) throw new Error("too many fetches in this minute");
    await this.#enter(host);
    try {
      return await work();
    } finally {
      this.#leave(host);
    }
  }

  async #enter(host: string): Promise<void> {
    const running = this.#running.get(host) ?? 0;
    if (running < perHost) {
      this.#running.set(host, running + 1);
      return;
    }
    const waiting = this.#waiting.get(host) ?? [];
    if (waiting.length >= mostWaiting) throw new Error("too many fetches from this host at once");
    await new Promise<void>((admitted) => {
      this.#waiting.set(host, [...waiting, admitted]);
    });
  }

  #leave(host: string): void {
    const [next, ...others] = this.#waiting.get(host) ?? [];
    if (others.length > 0) this.#waiting.set(host, others);
    else this.#waiting.delete(host);
    const running = this.#running.get(host) ?? 1;
    if (next !== undefined)
      next(); // the place passes on
    else if (running > 1) this.#running.set(host, running - 1);
    else this.#running.delete(host);
  }
}
