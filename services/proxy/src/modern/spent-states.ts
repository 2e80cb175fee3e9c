/** Questions that one user may answer while one lot of them is kept: beyond it the next ones wait for a new lot. */
const mostPerUser = 10_000;

type Lot = Map<string, Set<string>>;

/**
 * The requestStates that were used: each is good once, so that what a person agreed to is done once. They are kept in two
 * lots, the older of which is forgotten when all in it have expired.
 */
export class SpentStates {
  /** Seconds for which a state can be used at most. */
  readonly #ttl: number;
  #newer: Lot = new Map();
  #older: Lot = new Map();
  /** When the newer lot becomes the older one; seconds since the epoch. */
  #until = 0;

  constructor(ttl: number) {
    this.#ttl = ttl;
  }

  /** Whether it may not be used any more. @param now seconds since the epoch */
  has(sub: string, id: string, now: number): boolean {
    this.#renew(now);
    const used = this.#newer.get(sub);
    return used?.has(id) || this.#older.get(sub)?.has(id) || (used?.size ?? 0) >= mostPerUser;
  }

  /** Notes that it was used. */
  add(sub: string, id: string): void {
    const used = this.#newer.get(sub) ?? new Set();
    this.#newer.set(sub, used.add(id));
  }

  #renew(now: number): void {
    if (now < this.#until) return;
    this.#older = now < this.#until + this.#ttl ? this.#newer : new Map();
    this.#newer = new Map();
    this.#until = now + this.#ttl;
  }
}
