import { describe, expect, test } from "@jest/globals";
import { type Bound, isReached, renderFigures } from "../src/target.ts";

describe("a target", () => {
  test.each<[number | undefined, Bound, boolean | undefined]>([
    [1.7, { atMost: 1.6 }, false],
    [1.6, { atMost: 1.6 }, true],
    [0.7, { atLeast: 0.75 }, false],
    [0.75, { atLeast: 0.75 }, true],
    [undefined, { atMost: 1 }, undefined],
    [Number.NaN, { atMost: 1 }, undefined],
  ])("%d against %j: %s", (value, bound, reached) => expect(isReached({ value, bound })).toBe(reached));

  test("that was missed is said in capitals, with what was promised", () => {
    const figure = { what: "resident memory", value: 143, unit: "MB", bound: { atMost: 120 } } as const;
    expect(renderFigures([figure])).toBe("  MISSED  resident memory: 143 MB (target: at most 120 MB)");
  });
});
