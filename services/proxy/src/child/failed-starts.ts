import { Refusal } from "../http/refusal.ts";
import { keepNewest } from "../keep-newest.ts";

interface Failures {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A client may try again at once so often; then each failure doubles the pause. */
const freeTries = 3;
const firstPause = 1_000;
const longestPause = 30_000;
const mostKept = 1_000;

/**
 * Holds a client back that asks again and again for a server that does not start: each try costs a process. By user,
 * so that nobody can close the server to others by making it fail.
 */
export class FailedStarts {
  readonly #byUser = new Map<string, Failures>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @throws {Refusal} while the user is held back */
  check(sub: string, idText: string): void {
    const left = (this.#byUser.get(sub)?.until ?? 0) - this.#now();
    if (left <= 0) return;
    const headers = { "retry-after": String(Math.ceil(left / 1_000)) };
    throw new Refusal("server_failing", { idText, data: { reason: "server_failing" }, headers });
  }

  failed(sub: string): void {
    const count = (this.#byUser.get(sub)?.count ?? 0) + 1;
    const pause = count < freeTries ? 0 : Math.min(firstPause * 2 ** (count - freeTries), longestPause);
    keepNewest(this.#byUser, sub, { count, until: this.#now() + pause }, mostKept);
  }

  succeeded(sub: string): void {
    this.#byUser.delete(sub);
  }
}
