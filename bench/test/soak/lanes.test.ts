import { describe, expect, test } from "@jest/globals";
import { type Lane, runLanes } from "../../src/soak/lanes.ts";

/** Runs one lane whose turns are given their number, from 1 on, until one of them ends it. */
async function run(turn: (number: number, over: AbortController) => Promise<unknown>, how: Partial<Lane> = {}) {
  const over = new AbortController();
  let number = 0;
  const next = () => {
    number += 1;
    return turn(number, over);
  };
  return runLanes([{ name: "call", every: 1, ...how, turn: next }], over.signal);
}

describe("a lane of load", () => {
  test("goes on after an error, which is counted and told by the lane's name", async () => {
    const tally = await run(async (number, over) => {
      if (number === 3) over.abort();
      if (number === 1) throw new Error("answered 500");
    });
    expect(tally).toEqual({ turns: { call: 2 }, errors: 1, examples: ["call: answered 500"] });
  });

  test("counts all errors, and tells the first five", async () => {
    const tally = await run(async (number, over) => {
      if (number === 7) over.abort();
      throw new Error(`${number}`);
    });
    expect(tally).toMatchObject({ errors: 7, examples: ["call: 1", "call: 2", "call: 3", "call: 4", "call: 5"] });
  });

  test("waits for a turn that is under way when the time is over", async () => {
    let isDone = false;
    await run(async (_number, over) => {
      over.abort();
      await new Promise((resolve) => setImmediate(resolve));
      isDone = true;
    });
    expect(isDone).toBe(true);
  });

  test("begins a turn when the one before it is over", async () => {
    let underWay = 0;
    const seen: number[] = [];
    await run(async (number, over) => {
      underWay += 1;
      seen.push(underWay);
      await new Promise((resolve) => setTimeout(resolve, 3)); // longer than from one turn to the next
      underWay -= 1;
      if (number === 5) over.abort();
    });
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });

  test("that overlaps begins the next turn without waiting for it", async () => {
    let letFirstGo: () => void = () => {};
    const secondBegan = new Promise<void>((resolve) => {
      letFirstGo = resolve;
    });
    const tally = await run(
      async (number, over) => {
        if (number === 1) return secondBegan;
        over.abort();
        letFirstGo();
      },
      { overlaps: true },
    );
    expect(tally).toMatchObject({ turns: { call: 2 }, errors: 0 });
  });
});
