import { describe, expect, test } from "@jest/globals";
import { backOff, failuresAfter } from "../../src/domain/back-off.ts";

describe("the pause before a process is started again", () => {
  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [5, 16_000],
    [6, 30_000],
    [1_000, 30_000],
  ])("after %i deaths in a row: %i ms", (failures, pause) => expect(backOff(failures)).toBe(pause));

  test("is short again after a long life", () => {
    expect(failuresAfter(5, 59_999)).toBe(6);
    expect(failuresAfter(5, 60_000)).toBe(1);
  });
});
