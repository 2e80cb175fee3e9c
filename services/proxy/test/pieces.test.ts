import { expect, test } from "@jest/globals";
import { Pieces } from "../src/pieces.ts";

test("many small pieces are kept as few, and in their order", () => {
  const pieces = new Pieces();
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));
  for (const byte of bytes) pieces.add(Buffer.of(byte));
  const taken = pieces.take();
  expect(taken.length).toBeLessThan(1_000);
  expect(Buffer.concat(taken).equals(bytes)).toBe(true);
});

test("large pieces are neither copied nor put together", () => {
  const pieces = new Pieces();
  const large = Array.from({ length: 1_000 }, () => Buffer.alloc(1_024));
  for (const piece of large) pieces.add(piece);
  const taken = pieces.take();
  expect(taken.length === large.length && taken.every((piece, at) => piece === large[at])).toBe(true);
});

test("what was taken is not given again", () => {
  const pieces = new Pieces();
  pieces.add(Buffer.from("a"));
  pieces.take();
  pieces.add(Buffer.from("b"));
  expect(Buffer.concat(pieces.take()).toString()).toBe("b");
});
