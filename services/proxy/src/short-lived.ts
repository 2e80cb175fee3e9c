/**
 * What comes and goes with each request, by a number of its own. Not in a Map or a Set: V8 gives these a new table now and
 * then, to which the old one points, and what was in that one stays in it. Once one of the tables is old, minor collections
 * take all that follow for used, and so whatever requests left in them, until the next whole one (docs/benchmarks.md).
 */
export class ShortLived<Value extends object> {
  #values: Record<number, Value> = Object.create(null);
  #lastId = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A number that nothing here had or will have. */
  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** @param id of `newId` */
  set(id: number, value: Value): void {
    if (this.#values[id] === undefined) this.#size += 1;
    this.#values[id] = value;
  }

  /** @param id of any type: what is no number is the id of nothing */
  get(id: unknown): Value | undefined {
    return typeof id === "number" ? this.#values[id] : undefined;
  }

  /** False: there was nothing. */
  delete(id: number): boolean {
    if (this.get(id) === undefined) return false; // a child may answer under an id of any type
    delete this.#values[id];
    this.#size -= 1;
    return true;
  }

  clear(): void {
    this.#values = Object.create(null);
    this.#size = 0;
  }

  /** In the order in which they were given numbers. */
  values(): Value[] {
    return Object.values(this.#values);
  }
}
