import { describe, expect, test } from "@jest/globals";
import { quietest } from "../../src/proxy/calls.ts";

/** Measures slices whose rates are 1, 2, 3 …, in which others used so much. */
function measureBeside(...otherWork: readonly (number | undefined)[]) {
  let measured = 0;
  return async () => {
    const share = otherWork[measured];
    measured += 1;
    return { requestsPerSecond: measured, p50: 1, p99: 2, cpuPerRequest: undefined, otherWork: share };
  };
}

describe("a slice beside which others used the processors", () => {
  test.each([
    ["counts where they used little", [0.1, 0], 1],
    ["counts where nobody can say what they used", [undefined, 0], 1],
    ["is measured again until they use little", [0.5, 0.3, 0.05, 0], 3],
    ["is the one that they disturbed least, where they never do", [0.5, 0.2, 0.3, 0.4, 0], 2],
  ])("%s", async (_what, otherWork, counts) => {
    expect(await quietest(measureBeside(...otherWork))).toMatchObject({ requestsPerSecond: counts });
  });
});
