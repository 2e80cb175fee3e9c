import { describe, expect, test } from "@jest/globals";
import { busyTicks, secondsOfTree } from "../src/other-work.ts";

describe("what others make the processors do", () => {
  test("is not what a process that was measured, or one that came from it, did", () => {
    const processes = new Map([
      [1, { parent: 0, seconds: 100 }],
      [20, { parent: 1, seconds: 1 }],
      [30, { parent: 40, seconds: 4 }],
      [40, { parent: 20, seconds: 2 }],
      [50, { parent: 1, seconds: 200 }],
    ]);
    expect(secondsOfTree(processes, 20)).toBe(7);
  });

  test("is neither waiting nor what another machine took, and guests are counted once", () => {
    expect(busyTicks("cpu  1 20 300 4000 50000 600000 7000000 80000000 900000000 1")).toBe(7_600_321);
  });
});
