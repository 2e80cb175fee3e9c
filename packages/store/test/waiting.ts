import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds. */
const step = 5;

/**
 * A clock that stands still while this process does: on a busy machine, for seconds. What must come within a second is
 * judged by it, so that only the time in which it could have come counts.
 */
class AwakeClock implements Disposable {
  #last = performance.now();
  #awake = 0;
  readonly #timer = setInterval(() => this.#tick(), step);

  /** Milliseconds since it was made. */
  now(): number {
    this.#tick();
    return this.#awake;
  }

  #tick(): void {
    const now = performance.now();
    this.#awake += Math.min(now - this.#last, 4 * step);
    this.#last = now;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Asks again and again until it is so; throws after `limit` milliseconds. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>, limit = 30_000): Promise<void> {
  using clock = new AwakeClock();
  while (!(await isSo())) {
    if (clock.now() > limit) throw new Error(`Not within ${limit} ms: ${what}`);
    await delay(step);
  }
}

/** Milliseconds until it settles, and how. */
export async function timed(work: Promise<unknown>): Promise<{ elapsed: number; error?: unknown }> {
  using clock = new AwakeClock();
  try {
    await work;
    return { elapsed: clock.now() };
  } catch (error) {
    return { elapsed: clock.now(), error };
  }
}
