import { isAscii, isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import { deepest } from "./spans.ts";

/** A long string that was left out of a JSON text: the mark that stands in its place, and its bytes. */
export interface Omitted {
  readonly mark: string;
  readonly bytes: readonly Buffer[];
}

/** A JSON text whose long strings were left out: its structure is all there, and is quick to read. */
export interface Abridged {
  readonly text: string;
  /** In the order in which they stand in the text. */
  readonly omitted: readonly Omitted[];
}

/** Bytes; to cut a shorter string out costs more than to carry it along. */
const shortestOmitted = 32_768;
const [quote, backslash, comma, newline, carriageReturn] = [0x22, 0x5c, 0x2c, 0x0a, 0x0d];
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const escapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrtu'));

/**
 * Leaves the long strings out that nobody on the way looks at: those in a call's arguments, and in a result. What is
 * given is JSON exactly where the bytes are; the strings that are not in it any more are valid for themselves.
 * @param chunks the bytes of one JSON text, in pieces as they came
 * @returns undefined where there is nothing to leave out, and where anything is unusual: read all of it then
 */
export function abridge(chunks: readonly Buffer[]): Abridged | undefined {
  const scan = new Scan();
  if (!chunks.every((chunk) => scan.read(chunk))) return undefined;
  return scan.finish();
}

/** A text, or the pieces of one. */
export type Text = string | readonly (string | Buffer)[];

/** Puts the strings back in, if any were left out. A mark that is no longer in the text is passed over. */
export function restore(text: string, omitted: readonly Omitted[] | undefined): Text {
  if (omitted === undefined) return text;
  const pieces: (string | Buffer)[] = [];
  let start = 0;
  for (const { mark, bytes } of omitted) {
    const at = text.indexOf(mark, start);
    if (at === -1) continue;
    pieces.push(text.slice(start, at));
    for (const part of bytes) pieces.push(part); // not as arguments of one call: there may be 100,000
    start = at + mark.length;
  }
  return [...pieces, text.slice(start)];
}

/** The pieces of a text as one. */
export function joinText(text: Text): string {
  if (typeof text === "string") return text;
  return Buffer.concat(text.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece))).toString("utf8");
}

/** What has been read of one text. Strings are looked through byte by byte, and copied nowhere. */
class Scan {
  readonly #nonce = randomBytes(16).toString("hex");
  readonly #kept: Buffer[] = [];
  readonly #omitted: Omitted[] = [];
  /** The containers that are open, the outermost first, as the bytes that opened them. */
  readonly #open: number[] = [];
  /** The names under which one stands in the two outermost objects. */
  readonly #path: [string, string] = ["", ""];
  #isName = false;
  #inString = false;
  /** What is left of an escape: -1, its letter; else so many hexadecimal digits. */
  #escape = 0;
  /** Parts of the string that stand in earlier chunks. */
  #content: Buffer[] = [];
  #length = 0;

  /** False where anything is unusual. */
  read(chunk: Buffer): boolean {
    let kept = 0;
    let string = 0;
    let at = 0;
    while (at < chunk.length) {
      if (!this.#inString) {
        at = this.#skipStructure(chunk, at);
        if (at === -1) return false;
        if (at === chunk.length) break;
        this.#inString = true;
        at += 1;
        string = at;
      }
      at = this.#skipString(chunk, at);
      if (at === -1) return false;
      if (at === chunk.length) break;
      this.#inString = false;
      kept = this.#endString(chunk, kept, string, at);
      at += 1;
    }
    if (this.#inString) this.#keepPart(chunk, kept, string);
    else if (kept < chunk.length) this.#kept.push(chunk.subarray(kept));
    return true;
  }

  finish(): Abridged | undefined {
    if (this.#inString || this.#omitted.length === 0) return undefined;
    const bytes = Buffer.concat(this.#kept);
    return isUtf8(bytes) ? { text: bytes.toString("utf8"), omitted: this.#omitted } : undefined;
  }

  /** Goes on to where the next string begins, or to the end; -1: a line end, or too deep. */
  #skipStructure(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === quote) return at;
      if (byte === newline || byte === carriageReturn) return -1; // which a line of ours cannot hold
      if (byte === openObject || byte === openArray) {
        if (this.#open.push(byte) > deepest) return -1;
        this.#isName = byte === openObject;
      } else if (byte === closeObject || byte === closeArray) this.#open.pop();
      else if (byte === comma) this.#isName = this.#open.at(-1) === openObject;
    }
    return chunk.length;
  }

  /** Goes on to the quote that ends a string, or to the end of the chunk; -1: what no string holds. */
  #skipString(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length) {
      if (this.#escape !== 0) {
        if (!this.#goOnInEscape(chunk[at] as number)) return -1;
      } else {
        at = skipPlain(chunk, at);
        if (at === chunk.length || chunk[at] === quote) return at;
        if (chunk[at] !== backslash) return -1;
        this.#escape = -1;
      }
      at += 1;
    }
    return at;
  }

  #goOnInEscape(byte: number): boolean {
    if (this.#escape > 0) {
      this.#escape -= 1;
      return isHexadecimal(byte);
    }
    this.#escape = byte === 0x75 ? 4 : 0;
    return escapes.has(byte);
  }

  /** The string goes on in the next chunk. */
  #keepPart(chunk: Buffer, kept: number, string: number): void {
    if (string > kept) this.#kept.push(chunk.subarray(kept, string));
    const part = chunk.subarray(string);
    this.#content.push(part);
    this.#length += part.length;
  }

  /** @returns from where on the chunk is to be kept */
  #endString(chunk: Buffer, kept: number, string: number, end: number): number {
    const length = this.#length + end - string;
    const isSplit = this.#content.length > 0;
    if (this.#isName) this.#enter(isSplit ? "" : chunk.toString("latin1", string, Math.min(end, string + 16)));
    const bytes = [...this.#content, chunk.subarray(string, end)];
    this.#content = [];
    this.#length = 0;
    const wasName = this.#isName;
    this.#isName = false;
    if (length >= shortestOmitted && !wasName && this.#mayOmit() && isText(bytes)) {
      const mark = `${this.#nonce}-${this.#omitted.length}-`;
      this.#omitted.push({ mark, bytes });
      if (!isSplit) this.#kept.push(chunk.subarray(kept, string));
      this.#kept.push(Buffer.from(mark));
      return end;
    }
    if (!isSplit) return kept;
    for (const part of bytes) this.#kept.push(part); // as in `restore`
    return end;
  }

  #enter(name: string): void {
    if (this.#open.length <= 2) this.#path[this.#open.length - 1] = name;
  }

  /** What is asked for by name is looked at, and so is `_meta`; arguments and results are the server's and the client's. */
  #mayOmit(): boolean {
    const [first, second] = this.#path;
    if (this.#open.length < 3) return false;
    return first === "params" ? second === "arguments" : first === "result" && second !== "_meta" && second !== "tools";
  }
}

/** Bytes that are looked at one by one before many are at once: most strings are short. */
const firstLook = 64;

/** Goes on to the next byte that is not just itself in a string, or to the end. */
function skipPlain(chunk: Buffer, start: number): number {
  const soon = Math.min(chunk.length, start + firstLook);
  let at = start;
  while (at < soon && isPlain(chunk[at] as number)) at += 1;
  if (at < soon || at === chunk.length) return at;
  const next = chunk.indexOf(quote, at);
  const rest = chunk.subarray(at, next === -1 ? chunk.length : next);
  const escaped = rest.indexOf(backslash);
  const end = at + (escaped === -1 ? rest.length : escaped);
  if (!hasControl(chunk, at, end)) return end;
  while (isPlain(chunk[at] as number)) at += 1;
  return at;
}

/** Whether a byte below 0x20 is among them; four at a time. */
function hasControl(chunk: Buffer, start: number, end: number): boolean {
  const { buffer, byteOffset } = chunk;
  if (end - start < firstLook) return chunk.subarray(start, end).some((byte) => byte < 0x20);
  const from = byteOffset + start;
  const aligned = from + (-from & 3);
  const words = new Int32Array(buffer, aligned, (byteOffset + end - aligned) >> 2);
  let found = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as number;
    found |= (word - 0x20202020) & ~word & 0x80808080; // the highest bit of a byte that is smaller
  }
  const after = aligned + 4 * words.length;
  const edges = [new Uint8Array(buffer, from, aligned - from), new Uint8Array(buffer, after, byteOffset + end - after)];
  return found !== 0 || edges.some((edge) => edge.some((byte) => byte < 0x20));
}

function isPlain(byte: number): boolean {
  return byte !== quote && byte !== backslash && byte >= 0x20;
}

function isHexadecimal(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function isText(bytes: readonly Buffer[]): boolean {
  return bytes.every(isAscii) || isUtf8(Buffer.concat(bytes));
}
