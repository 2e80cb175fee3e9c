import { setTimeout as delay } from "node:timers/promises";
import type { Change, Engine, Expectation, Write } from "./engine.ts";
import { type Clock, StoreUnavailable } from "./ports/store.ts";
import { parseRecord, renderRecord } from "./record.ts";

/** A record as it was found: `value` is undefined when there is none or it has expired. */
export interface Found<T> {
  readonly key: string;
  readonly text: string | undefined;
  readonly value: T | undefined;
}

/** What an attempt came to: the answer, and what must be done for it to be true. */
export interface Settlement<T> {
  readonly outcome: T;
  /** Absent: nothing is to be done. */
  readonly change?: Change;
}

const mostAttempts = 100;

/** Typed records over an engine, as of the given clock. */
export class Records {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #lastOrder = 0;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  now(): number {
    return this.#clock();
  }

  /** The time, but never the same twice, so that things created in one tick of the clock have an order too. */
  nextOrder(): number {
    this.#lastOrder = Math.max(this.#clock(), this.#lastOrder + 1e-6);
    return this.#lastOrder;
  }

  async read<T>(key: string): Promise<Found<T>> {
    const [found] = await this.readAll<T>([key]);
    return found as Found<T>;
  }

  /** All of these as of one moment, in their order. */
  async readAll<T>(keys: readonly string[]): Promise<readonly Found<T>[]> {
    if (keys.length === 0) return [];
    const texts = await this.#engine.read(keys);
    const now = this.now();
    return keys.map((key, position) => ({
      key,
      text: texts[position],
      value: parseRecord<T>(texts[position], now),
    }));
  }

  /** The records of an index that are alive, in no order. */
  async list<T>(index: string): Promise<readonly T[]> {
    const found = await this.readAll<T>(await this.members(index));
    return found.flatMap(({ value }) => (value === undefined ? [] : [value]));
  }

  /** The keys in an index; of some the record may be gone. */
  members(index: string): Promise<readonly string[]> {
    return this.#engine.members(index);
  }

  /** The keys of all records that begin with `prefix`; some may have expired. */
  keys(prefix: string): Promise<readonly string[]> {
    return this.#engine.keys(prefix);
  }

  /** The names of all indexes that begin with `prefix`. */
  indexes(prefix: string): Promise<readonly string[]> {
    return this.#engine.indexes(prefix);
  }

  /** Makes a change that depends on nothing. */
  async apply(change: Omit<Change, "expect">): Promise<void> {
    await this.#engine.commit(change);
  }

  /**
   * Reads, decides and commits, again from the start for as long as what was read has changed meanwhile: so a decision
   * always rests on what is there. `attempt` must expect all that it decided upon, and must be free of effects.
   */
  async settle<T>(attempt: () => Promise<Settlement<T>>): Promise<T> {
    for (let attempts = 1; attempts <= mostAttempts; attempts += 1) {
      const { outcome, change } = await attempt();
      if (change === undefined || (await this.#engine.commit(change))) return outcome;
      await delay(Math.random() * Math.min(attempts, 20)); // apart, so that many at once do not collide again
    }
    throw new StoreUnavailable(`One record changed under ${mostAttempts} attempts to change it`);
  }
}

/** Expects a record to be still as it was found. */
export function unchanged({ key, text }: Found<unknown>): Expectation {
  return { key, text };
}

/** Writes a record that ends at `expiresAt`; undefined: never. */
export function put(key: string, value: unknown, expiresAt?: number): Write {
  return { key, text: renderRecord(value, expiresAt), expiresAt };
}

/** Removes a record. */
export function drop(key: string): Write {
  return { key, text: undefined };
}
