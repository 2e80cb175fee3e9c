import { describe, expect, test } from "@jest/globals";
import { onceATurn } from "../src/turn.ts";

describe("what is answered once a turn of the event loop (decision 101)", () => {
  test("is asked together, and each gets the answer to its own question", async () => {
    const turns: (readonly number[])[] = [];
    const double = onceATurn(async (numbers: readonly number[]) => {
      turns.push(numbers);
      return numbers.map((number) => number * 2);
    });
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(await double(4)).toBe(8);
    expect(turns).toEqual([[1, 2, 3], [4]]);
  });

  test("does not keep the others waiting for one that answers later", async () => {
    const never = new Promise<string>(() => {});
    const ask = onceATurn(async (names: readonly string[]) => names.map((name) => (name === "late" ? never : name)));
    void ask("late");
    expect(await ask("soon")).toBe("soon");
  });

  test("fails for all of a turn, and not for the next", async () => {
    let fails = true;
    const ask = onceATurn(async (names: readonly string[]) => {
      if (fails) throw new Error("?");
      return names;
    });
    const settled = await Promise.allSettled([ask("a"), ask("b")]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    fails = false;
    expect(await ask("a")).toBe("a");
  });
});
