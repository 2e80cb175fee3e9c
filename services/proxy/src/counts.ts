/** How many there are of each key. A key of which there are none takes no room. */
export class Counts<Key> {
  readonly #counts = new Map<Key, number>();
  #total = 0;

  /** Of all keys together. */
  get total(): number {
    return this.#total;
  }

  of(key: Key): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: Key): void {
    this.#counts.set(key, this.of(key) + 1);
    this.#total += 1;
  }

  /** Takes one away that was added. */
  remove(key: Key): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
    this.#total -= 1;
  }
}
