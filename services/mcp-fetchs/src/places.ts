import { FetchRefused } from "./domain/fetch-refused.ts";

/** Each may hold a whole body in memory. */
const inAll = 16;
const perUser = 4;

/** Bounds the fetches that run at one time, so that one user leaves room for others. */
export class Places {
  readonly #running = new Map<string, number>();
  #total = 0;

  /** Does the work where there is room. @throws {FetchRefused} */
  async within<Value>(user: string, work: () => Promise<Value>): Promise<Value> {
    const own = this.#running.get(user) ?? 0;
    if (this.#total >= inAll || own >= perUser) {
      throw new FetchRefused("Too many fetches are running: wait for one to end, and try again");
    }
    this.#total += 1;
    this.#running.set(user, own + 1);
    try {
      return await work();
    } finally {
      this.#total -= 1;
      const left = (this.#running.get(user) ?? 1) - 1;
      if (left > 0) this.#running.set(user, left);
      else this.#running.delete(user);
    }
  }
}
