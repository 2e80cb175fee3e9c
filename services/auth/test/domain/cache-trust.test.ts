import { describe, expect, test } from "@jest/globals";
import { checkCacheTrust } from "../../src/domain/cache-trust.ts";

const grace = 5_000;

describe("trust in a remembered token (decision 21)", () => {
  test.each([
    ["never seen, feed alive", undefined, 0, "ask"],
    ["never seen, feed lost: no waiting", undefined, 1_001, "unavailable"],
    ["fresh, feed alive", 100, 200, "answer"],
    ["fresh enough to answer, old enough to ask again", 2_501, 0, "answer-and-ask"],
    ["not confirmed for longer than the grace", 5_001, 0, "ask"],
    ["feed lost, within the grace", 3_000, 3_000, "answer"],
    ["feed lost, confirmed shortly before", 8_000, 4_900, "answer"],
    ["feed lost, not confirmed for long before", 60_000, 4_000, "unavailable"],
    ["feed lost for longer than the grace", 5_100, 5_001, "unavailable"],
  ])("%s", (_case, age, silent, trust) => {
    expect(checkCacheTrust(age, silent, grace)).toBe(trust);
  });
});
