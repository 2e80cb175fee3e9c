import type { Readable } from "node:stream";
import { Pieces } from "../pieces.ts";

export interface LineReaders {
  /** One line without its end, in pieces as they came: one may end inside a character. */
  readonly onLine: (line: readonly Buffer[]) => void;
  /** A line beyond the limit: nothing of it is kept, and nothing more is read. */
  readonly onOverflow: () => void;
}

const newline = 0x0a;

/** Splits a child's standard output at newlines (MCP stdio transport). Lines are at most `limit` bytes. */
export function readLines(stream: Readable, limit: number, { onLine, onOverflow }: LineReaders): void {
  const pieces = new Pieces();
  let length = 0;

  const finish = (piece: Buffer) => {
    pieces.add(piece);
    length = 0;
    onLine(pieces.take());
  };

  const read = (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (length + end - start > limit) return overflow();
      finish(chunk.subarray(start, end));
      start = end + 1;
    }
    length += chunk.length - start;
    if (length > limit) return overflow();
    if (start < chunk.length) pieces.add(chunk.subarray(start));
  };

  const overflow = () => {
    pieces.take();
    stream.off("data", read).resume();
    onOverflow();
  };

  stream.on("data", read);
}
