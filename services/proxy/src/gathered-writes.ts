import type { Writable } from "node:stream";

/** Those that hold back what is written to them. */
let holding: Writable[] = [];

/**
 * Holds what is written to a stream in this turn of the event loop until all that has come in is read; the writes then go out in one.
 * Each wakes a process, which takes the processor from this one in the middle of its work when there are few: so none is
 * woken while there is something to read, and each once (docs/benchmarks.md).
 */
export function gatherWrites(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  if (holding.push(stream) === 1) setImmediate(letGo);
}

function letGo(): void {
  const held = holding;
  holding = [];
  for (const stream of held) stream.uncork();
}
