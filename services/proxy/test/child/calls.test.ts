import type { Response } from "@gateway/protocol";
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

const answerTo = (id: number): Response => ({ kind: "response", id, result: {}, text: "" });

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

describe("whether the child may be at work on what nobody waits for", () => {
  test.each<[string, (of: ReturnType<typeof open>) => void]>([
    ["is open", () => {}],
    ["is answered", ({ calls, id }) => void calls.answer(answerTo(id))],
    ["was not handed over", ({ calls, id }) => calls.lose(id)],
    ["is dropped", ({ calls, id }) => calls.drop(id)],
  ])("no, where a call %s", (_what, happens) => {
    const opened = open();
    happens(opened);
    expect(opened.calls.areSomeLeft).toBe(false);
  });

  const leavings: readonly [string, (of: ReturnType<typeof open>) => void][] = [
    ["is left", ({ calls, id }) => calls.leave(id)],
    ["took too long", () => void jest.advanceTimersByTime(5 * minute)],
  ];

  test.each(leavings)("yes, where a call %s, until it is answered after all", (_what, happens) => {
    const opened = open();
    happens(opened);
    expect(opened.calls.areSomeLeft).toBe(true);
    expect(opened.calls.answer(answerTo(opened.id))).toBe(false);
    expect(opened.calls.areSomeLeft).toBe(false);
  });

  test.each(leavings)("yes, where a call %s, for a minute at most", (_what, happens) => {
    const opened = open();
    happens(opened);
    jest.advanceTimersByTime(minute - 1);
    expect(opened.calls.areSomeLeft).toBe(true);
    jest.advanceTimersByTime(1);
    expect(opened.calls.areSomeLeft).toBe(false);
  });
});
