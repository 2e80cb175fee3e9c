/** Bytes. A shorter piece is small. */
const smallBelow = 1_024;
/** So many small pieces in a row become one. */
const mostSmall = 256;

/**
 * Bytes in pieces as they come. Each piece is an object, of some 200 bytes beside its own, and bounds count bytes: so small
 * ones are put together, else who sends a byte at a time would have many times as much kept as was counted (security.md 21).
 */
export class Pieces {
  #pieces: Buffer[] = [];
  /** How many small ones are at the end. */
  #small = 0;

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#small = piece.length < smallBelow ? this.#small + 1 : 0;
    if (this.#small < mostSmall) return;
    this.#pieces.push(Buffer.concat(this.#pieces.splice(-mostSmall)));
    this.#small = 0;
  }

  /** Gives what has come, and keeps nothing of it. */
  take(): readonly Buffer[] {
    const taken = this.#pieces;
    this.#pieces = [];
    this.#small = 0;
    return taken;
  }
}
