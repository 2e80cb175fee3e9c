import { describe, expect, test } from "@jest/globals";
import { SpentStates } from "../../src/modern/spent-states.ts";

const ttl = 3_600;

describe("a state that was used", () => {
  test.each([
    ["at once", 1_000],
    ["at the end of its time", 1_000 + ttl - 1],
  ])("is not good any more: %s", (_when, now) => {
    const spent = new SpentStates(ttl);
    expect(spent.has("ann", "a", 1_000)).toBe(false);
    spent.add("ann", "a");
    expect(spent.has("ann", "a", now)).toBe(true);
  });

  test("late in a lot's time is remembered for its own whole time", () => {
    const spent = new SpentStates(ttl);
    spent.has("ann", "-", 0);
    spent.has("ann", "a", ttl - 1);
    spent.add("ann", "a");
    expect(spent.has("ann", "a", 2 * ttl - 2)).toBe(true);
  });

  test("is forgotten when it has long expired, though nobody came in between", () => {
    const spent = new SpentStates(ttl);
    spent.has("ann", "a", 0);
    spent.add("ann", "a");
    expect(spent.has("ann", "a", 3 * ttl)).toBe(false);
  });

  test("says nothing of another user's", () => {
    const spent = new SpentStates(ttl);
    spent.has("ann", "a", 0);
    spent.add("ann", "a");
    expect(spent.has("ben", "a", 0)).toBe(false);
  });
});

test("one user's ten thousand are kept, and no more are good until time has passed; other users' are", () => {
  const spent = new SpentStates(ttl);
  spent.has("ann", "-", 0);
  for (let count = 0; count < 10_000; count += 1) spent.add("ann", `a${count}`);
  expect([spent.has("ann", "new", 0), spent.has("ben", "new", 0), spent.has("ann", "new", ttl)]).toEqual([
    true,
    false,
    false,
  ]);
});
