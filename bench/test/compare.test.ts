import { describe, expect, test } from "@jest/globals";
import { compare, median } from "../src/compare.ts";

const slice = (requestsPerSecond: number, cpuPerRequest: number | undefined) => ({
  requestsPerSecond,
  cpuPerRequest,
  p50: 1,
  p99: 2,
});

describe("a comparison", () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])("the median of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  test("gives ours to theirs: above 1 is faster, and below 1 is cheaper", () => {
    const [, theirs] = compare([
      { name: "ours", slices: [slice(200, 10)] },
      { name: "theirs", slices: [slice(100, 40)] },
    ]);
    expect(theirs).toMatchObject({ name: "theirs", rateRatio: 2, cpuRatio: 0.25 });
  });

  test("compares what was measured in one round, however the machine changed between the rounds", () => {
    const [, theirs] = compare([
      { name: "ours", slices: [slice(600, 10), slice(60, 100), slice(200, 30)] },
      { name: "theirs", slices: [slice(300, 40), slice(30, 400), slice(150, 60)] },
    ]);
    expect(theirs).toMatchObject({ requestsPerSecond: 150, cpuPerRequest: 60, rateRatio: 2, cpuRatio: 0.25 });
  });

  test("gives no CPU ratio where CPU could not be read", () => {
    const [, theirs] = compare([
      { name: "ours", slices: [slice(300, undefined)] },
      { name: "theirs", slices: [slice(100, 40)] },
    ]);
    expect(theirs?.cpuRatio).toBeUndefined();
  });
});
