import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { coalesce, messageOf, openAsking, question } from "../fixtures/asking-child.ts";

/** A legacy child whose call has asked its client for a form, and what it was sent since. */
async function openAsked(env: Record<string, string> = {}) {
  const { child, sent, ended, call } = await openAsking(env);
  const { id } = call();
  child.fromChild(question());
  jest.advanceTimersByTime(coalesce);
  sent.splice(0);
  return { child, id, since: sent, ended };
}

describe("a modern client that never comes back to a legacy server's question", () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "performance"] }));
  afterEach(() => void jest.useRealTimers());

  test("is waited for ten minutes, in which no time passes for the call", async () => {
    const { child, since } = await openAsked();
    expect(child.parked).toBeDefined();
    jest.advanceTimersByTime(599_999);
    expect(since).toEqual([]);
  });

  test("is said to have cancelled the question then, and the process serves the next call when this one ends", async () => {
    const { child, id, since } = await openAsked();
    jest.advanceTimersByTime(600_000);
    expect(since).toEqual([{ jsonrpc: "2.0", id: "q", result: { action: "cancel" } }]);
    expect(child.isFree).toBe(false);
    child.fromChild(messageOf({ id, result: { content: [] } }));
    expect(child.isFree).toBe(true);
  });

  test.each([
    ["five seconds", {}, 5_000],
    ["the seconds of MCP_DRAIN_TIMEOUT", { MCP_DRAIN_TIMEOUT: "40" }, 40_000],
  ])("ends the process as well when the call does not end within %s", async (_long, env, drain) => {
    const { since, ended } = await openAsked(env);
    jest.advanceTimersByTime(600_000 + 500);
    expect(since.at(-1)?.method).toBe("notifications/cancelled");
    jest.advanceTimersByTime(drain - 1);
    expect(ended).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(ended).toEqual(["ended"]);
  });
});
