import { describe, expect, test } from "@jest/globals";
import { judgeDurability } from "../../src/domain/redis-durability.ts";

describe("a Redis that answers", () => {
  test.each([
    ["keeps nothing", { appendonly: "no", appendfsync: "always" }, /may lose .*appendonly is no/, /appendonly yes/],
    ["keeps nothing, as far as it says", { appendonly: "no" }, /may lose .*appendonly is no/, /appendfsync always/],
    [
      "writes every second",
      { appendonly: "yes", appendfsync: "everysec" },
      /may lose .*everysec/,
      /appendfsync always/,
    ],
    [
      "writes when its system likes",
      { appendonly: "yes", appendfsync: "no" },
      /may lose .*is no$/,
      /appendfsync always/,
    ],
    ["does not say when it writes", { appendonly: "yes" }, /does not say how soon/, /appendfsync always/],
    ["says nothing", {}, /does not say whether/, /appendonly yes/],
  ] as const)("is something to look at where it %s", (_what, durability, found, advice) => {
    expect(judgeDurability("Redis", durability)).toEqual({
      about: "Redis",
      state: "warning",
      found: expect.stringMatching(found),
      advice: expect.stringMatching(advice),
    });
  });

  test("is fine where what it acknowledged is on the disk", () => {
    const { state } = judgeDurability("Redis", { appendonly: "yes", appendfsync: "always" });
    expect(state).toBe("ok");
  });
});
