/**
 * Milliseconds for which a child may be at work on what nobody waits for any more. One that keeps to the specification
 * never answers a call that was cancelled, so that it would not be known otherwise.
 */
const longestWork = 60_000;

/** Calls that ended without their child's answer: it may still be at work on them, and tell of that. */
export class LeftCalls {
  /** Until when, by `performance.now()`; the first that was left first. */
  readonly #until = new Map<number, number>();

  add(id: number): void {
    this.#forgetOld();
    this.#until.set(id, performance.now() + longestWork);
  }

  /** Its answer has come after all. */
  remove(id: number): void {
    this.#until.delete(id);
  }

  get isEmpty(): boolean {
    this.#forgetOld();
    return this.#until.size === 0;
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [id, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(id);
    }
  }
}
