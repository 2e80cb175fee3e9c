import { describe, expect, test } from "@jest/globals";
import { best, isReached, ratio, renderTargets } from "../../src/proxy/targets.ts";

const atMost = { name: "memory, MiB", goal: "at most", bound: 70 } as const;
const atLeast = { name: "rate", goal: "at least", bound: 2 } as const;

describe("a target", () => {
  test.each([
    [{ ...atMost, value: undefined }, false],
    [{ ...atMost, value: Number.NaN }, false],
    [{ ...atMost, value: 70.1 }, false],
    [{ ...atMost, value: 70 }, true],
    [{ ...atLeast, value: 1.99 }, false],
    [{ ...atLeast, value: 2 }, true],
  ])("%j is reached: %s", (target, reached) => expect(isReached(target)).toBe(reached));

  test("is shown with its figure, what it was to be, and whether it is", () => {
    const table = renderTargets([
      { ...atMost, value: 91.26 },
      { ...atLeast, value: undefined },
    ]);
    expect(table).toBe("missed   memory, MiB  91.26 (at most 70)\nmissed   rate         – (at least 2)");
  });
});

describe("the best of the peers", () => {
  test.each([
    ["smallest", [3, undefined, 2], 2],
    ["largest", [3, undefined, 2], 3],
    ["smallest", [undefined], undefined],
    ["largest", [], undefined],
  ] as const)("is the %s of %j", (which, values, expected) => expect(best(which, values)).toBe(expected));

  test("that none has, or that ours has not, gives no ratio", () => {
    expect([ratio(undefined, 1), ratio(1, undefined), ratio(1, 2)]).toEqual([undefined, undefined, 0.5]);
  });
});
