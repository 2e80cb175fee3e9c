import { expect, test } from "@jest/globals";
import { cut } from "../../src/domain/cut.ts";

test.each([
  ["what fits stays", "abc", 3, "abc"],
  ["what is longer is cut", "abcd", 3, "abc\n\n[Cut after 3 of 4 characters: a larger max_length gives more.]"],
  [
    "no half of a character is left",
    "ab😀d",
    3,
    "ab\n\n[Cut after 3 of 5 characters: a larger max_length gives more.]",
  ],
])("%s", (_what, text, length, shown) => {
  expect(cut(text, length)).toBe(shown);
});
