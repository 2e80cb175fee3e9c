import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Calls } from "../../src/child/calls.ts";

const minute = 60_000;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A call of five minutes, and how it has come out. */
function open() {
  const outcomes: string[] = [];
  const timedOut: number[] = [];
  const calls = new Calls<undefined>();
  const { id } = calls.open(
    undefined,
    5 * minute,
    ({ kind }) => outcomes.push(kind),
    (each) => timedOut.push(each),
  );
  return { calls, id, outcomes, timedOut };
}

describe("a call that nobody answers", () => {
  test("ends after its time, and the server is told first", () => {
    const { id, outcomes, timedOut } = open();
    jest.advanceTimersByTime(5 * minute - 1);
    expect(outcomes).toEqual([]);
    jest.advanceTimersByTime(1);
    expect([outcomes, timedOut]).toEqual([["timeout"], [id]]);
  });

  test("has its time anew with each progress, and ends after an hour all the same", () => {
    const { calls, id, outcomes } = open();
    for (let passed = 0; passed < 58; passed += 1) {
      jest.advanceTimersByTime(minute);
      calls.renew(id);
    }
    expect(outcomes).toEqual([]);
    jest.advanceTimersByTime(2 * minute);
    expect(outcomes).toEqual(["timeout"]);
  });
});
