import type { RequestId } from "@gateway/protocol";

/** A call that is told that nobody answers it mostly ends by itself; it is cancelled when it does not. */
const lastWordWait = 500;

/**
 * Calls that nobody waits for, of a legacy child. Such a call may still call back, and then it would ask whoever comes
 * next: the child is given time to say that it is done, and given up when it does not.
 */
export class Draining {
  readonly #timeout: number;
  readonly #giveUp: () => void;
  readonly #timers = new Map<RequestId | null, NodeJS.Timeout>();

  /**
   * @param timeout milliseconds that a child has to say that it is done (mcp-wire.md §6)
   * @param giveUp ends it
   */
  constructor(timeout: number, giveUp: () => void) {
    this.#timeout = timeout;
    this.#giveUp = giveUp;
  }

  /** Waits for a call to end that was cancelled. */
  start(id: number): void {
    this.#timers.set(id, setTimeout(this.#giveUp, this.#timeout));
  }

  /** A call that is cancelled is never answered (2025-11-25, cancellation): it has a moment to end before that. */
  startWithLastWord(id: number, cancel: () => void): void {
    const wait = () => {
      cancel();
      this.start(id);
    };
    this.#timers.set(id, setTimeout(wait, lastWordWait));
  }

  /** An answer came. Gives whether it is the end of such a call. */
  end(id: RequestId | null): boolean {
    clearTimeout(this.#timers.get(id));
    return this.#timers.delete(id);
  }

  /** Nothing more is waited for. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
