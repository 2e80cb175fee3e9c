import type { Readable } from "node:stream";

/**
 * Drains a child's standard error, so that a full pipe never stops it, and keeps the last `limit` bytes.
 * @returns the tail as text, whenever it is asked for
 */
export function keepTail(stream: Readable, limit: number): () => string {
  let tail: Buffer = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    tail = chunk.length >= limit ? chunk.subarray(-limit) : Buffer.concat([tail, chunk]).subarray(-limit);
  });
  stream.on("error", () => {}); // the pipe of a dead child: there is nothing more to read
  return () => tail.toString("utf8").trim();
}
