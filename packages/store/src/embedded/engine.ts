import { setImmediate } from "node:timers/promises";
import type { Change, Engine } from "../engine.ts";
import { Listeners } from "../listeners.ts";
import type { Feed } from "../ports/feed.ts";
import { StoreUnavailable } from "../ports/store.ts";
import { indexesOf, joinIndex, keysOf, membersOf, type Tables, transact, writeRecord } from "./tables.ts";

/** Keys that are read in one go: who asks for all of them must not hold up the others. */
const pageSize = 1_000;

/** An engine in a file of this process. The feed is told within the process, so it is never silent. */
export class EmbeddedEngine implements Engine {
  readonly #tables: Tables;
  readonly #listeners = new Listeners();
  #closed = false;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  readonly feed: Feed = {
    subscribe: async (listener) => this.#listeners.add(listener),
    silentFor: () => 0,
  };

  read(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#attempt(() => keys.map((key) => this.#tables.records.get(key)));
  }

  members(index: string): Promise<readonly string[]> {
    return this.#attempt(() => membersOf(this.#tables, index));
  }

  async keys(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for (let page: readonly string[] = [""]; page.length > 0; await setImmediate()) {
      page = await this.#attempt(() => keysOf(this.#tables, prefix, keys.at(-1), pageSize));
      keys.push(...page);
    }
    return keys;
  }

  indexes(prefix: string): Promise<readonly string[]> {
    return this.#attempt(() => indexesOf(this.#tables, prefix));
  }

  async commit(change: Change): Promise<boolean> {
    const done = await this.#attempt(() => transact(this.#tables, () => applyTo(this.#tables, change)));
    if (done) for (const event of change.publish ?? []) this.#listeners.tell(event);
    return done;
  }

  async ping(): Promise<void> {
    await this.#attempt(() => this.#tables.records.get(""));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true; // LMDB does not survive a call on a closed file
    await this.#tables.root.close();
  }

  async #attempt<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailable("The embedded store is closed");
    try {
      return await work();
    } catch (cause) {
      throw new StoreUnavailable("The embedded store could not read or write its file", { cause });
    }
  }
}

function applyTo(tables: Tables, { expect = [], write = [], join = [], leave = [] }: Change): boolean {
  if (expect.some(({ key, text }) => tables.records.get(key) !== text)) return false;
  for (const one of write) writeRecord(tables, one);
  for (const membership of join) joinIndex(tables, membership);
  for (const { index, member } of leave) tables.memberships.removeSync([index, member]);
  return true;
}
