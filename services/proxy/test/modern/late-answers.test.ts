import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { coalesce, messageOf, openAsking, question } from "../fixtures/asking-child.ts";

const accepted = { action: "accept", content: {} };
const cancelled = { action: "cancel" };
const done = { content: [{ type: "text", text: "done" }] };
const canSample = { capabilities: { elicitation: {}, sampling: {} } };

beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "performance"] }));
afterEach(() => void jest.useRealTimers());

/** A call that has asked its client, and what the client got. */
async function openAsked(...ids: string[]) {
  const asking = await openAsking({ MCP_CALLBACK_TIMEOUT: "60" });
  const { got, id } = asking.call();
  for (const each of ids) asking.child.fromChild(question(each));
  jest.advanceTimersByTime(coalesce);
  asking.sent.splice(0);
  return { ...asking, id, asked: got[0] ?? {} };
}

describe("a legacy server that answers a call while its client is still asked something (mcp-wire.md 4.4)", () => {
  test("is told what the client answers then, which gets what came of the call", async () => {
    const { child, sent, retry, id, asked } = await openAsked("q");
    child.fromChild(messageOf({ id, result: done }));
    expect(retry(asked, { r1_1: accepted })).toMatchObject([{ result: done }]);
    expect(sent).toEqual([{ jsonrpc: "2.0", id: "q", result: accepted }]);
  });

  test("is told of what the client left out that nobody answers it", async () => {
    const { child, sent, retry, id, asked } = await openAsked("p", "q");
    child.fromChild(messageOf({ id, result: done }));
    retry(asked, { r1_1: accepted });
    expect(sent).toEqual([
      { jsonrpc: "2.0", id: "p", result: accepted },
      { jsonrpc: "2.0", id: "q", result: cancelled },
    ]);
  });

  test("is told, once, that nobody answers where the client never comes back", async () => {
    const { child, sent, id } = await openAsked("q");
    child.fromChild(messageOf({ id, result: done }));
    jest.advanceTimersByTime(60_000);
    expect(sent).toEqual([{ jsonrpc: "2.0", id: "q", result: cancelled }]);
  });

  test("is told at once that nobody answers where its answer is too long to be kept", async () => {
    const { child, sent, id } = await openAsked("q");
    child.fromChild(messageOf({ id, result: { text: "x".repeat(67_108_864) } }));
    expect(sent).toEqual([{ jsonrpc: "2.0", id: "q", result: cancelled }]);
  });
});

describe("a client that comes back to a call of a legacy server", () => {
  test("is not asked again what it does not declare any more: the server is told so, and the call goes on", async () => {
    const { child, sent, retry, id, asked } = await openAsked("p", "q");
    const got = retry(asked, { r1_1: accepted }, { capabilities: {} });
    jest.advanceTimersByTime(coalesce);
    expect(got).toEqual([]);
    expect(sent).toMatchObject([
      { id: "p", result: accepted },
      { id: "q", error: { code: -32601 } },
    ]);
    child.fromChild(messageOf({ id, result: done }));
    expect(got).toMatchObject([{ result: done }]);
  });

  test("is not asked anew what it does not declare any more", async () => {
    const { child, sent, retry, asked } = await openAsked("p");
    retry(asked, { r1_1: accepted }, { capabilities: {} });
    child.fromChild(question("q"));
    jest.advanceTimersByTime(coalesce);
    expect(sent.at(-1)).toMatchObject({ id: "q", error: { code: -32601 } });
  });

  test("is not asked what it declares only now: the server was told that it cannot be", async () => {
    const { child, sent, retry, asked } = await openAsked("p");
    retry(asked, { r1_1: accepted }, canSample);
    child.fromChild(messageOf({ id: "s", method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } }));
    expect(sent.at(-1)).toMatchObject({ id: "s", error: { code: -32601 } });
  });

  test("without a token for its progress is not given up while the server makes some", async () => {
    const { child, call, retry } = await openAsking();
    const { got, id } = call({ progressToken: "mine" });
    child.fromChild(question());
    jest.advanceTimersByTime(coalesce);
    const later = retry(got[0] ?? {}, { r1_1: accepted });
    for (let minute = 1; minute <= 10; minute += 1) {
      jest.advanceTimersByTime(60_000);
      child.fromChild(messageOf({ method: "notifications/progress", params: { progressToken: id, progress: minute } }));
    }
    expect(later).toEqual([]);
    child.fromChild(messageOf({ id, result: done }));
    expect(later).toMatchObject([{ result: done }]);
  });

  test("and wants more log messages than before has the server say more", async () => {
    const asking = await openAsking({}, { logging: {} });
    const { got } = asking.call({ logLevel: "error" });
    asking.child.fromChild(question());
    jest.advanceTimersByTime(coalesce);
    asking.sent.splice(0);
    asking.retry(got[0] ?? {}, { r1_1: accepted }, { logLevel: "debug" });
    expect(asking.sent).toMatchObject([
      { method: "logging/setLevel", params: { level: "debug" } },
      { id: "q", result: accepted },
    ]);
  });
});

test("a question that its server takes back before the call is made is asked of nobody", async () => {
  const { child, sent, call } = await openAsking();
  child.take();
  child.fromChild(question());
  child.fromChild(messageOf({ method: "notifications/cancelled", params: { requestId: "q" } }));
  const { got } = call();
  jest.advanceTimersByTime(coalesce);
  expect(got).toEqual([]);
  jest.advanceTimersByTime(1_000);
  expect(sent.filter(({ id }) => id === "q")).toEqual([]);
});
