import { expect, test } from "@jest/globals";
import { displayText } from "../../src/domain/display-text.ts";

test.each([
  ["a right-to-left override", "safe\u202eexe.txt", "safeexe.txt"],
  ["bidirectional isolates", "a\u2066b\u2069", "ab"],
  ["zero-width characters", "Cl\u200ba\u200du\u2060de\ufeff", "Claude"],
  ["control characters and lines", "a\u0000b\r\nc\td", "ab c d"],
  ["line and paragraph separators", "a\u2028b\u2029c", "a b c"],
  ["Hangul filler and braille blank", "a\u3164\u2800b", "a b"],
  ["a tower of marks", `a${"\u0301".repeat(40)}`, "á\u0301\u0301"],
  ["tags", "a\u{e0041}\u{e0042}", "a"],
  ["an unpaired surrogate", "a\ud800b", "ab"],
  ["only the invisible", "\u200b \u202e", undefined],
  ["something that is no text", 7, undefined],
  ["an ordinary name", "  Claude   Code  ", "Claude Code"],
  ["another script", "日本語 клиент", "日本語 клиент"],
])("%s", (_what, text, shown) => {
  expect(displayText(text)).toBe(shown);
});

test("a long text is cut, by characters, and says so", () => {
  expect(displayText("🙂".repeat(100), 10)).toBe(`${"🙂".repeat(9)}…`);
});
