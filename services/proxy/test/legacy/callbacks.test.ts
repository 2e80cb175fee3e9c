import { parseMessages, type Request } from "@gateway/protocol";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Callbacks } from "../../src/legacy/callbacks.ts";
import { limitsBy } from "../fixtures/limits.ts";

const request = parseMessages('{"jsonrpc":"2.0","id":"r","method":"roots/list"}').messages[0] as Request;

describe("a server's request that its client does not answer", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("is answered with an error after ten minutes, and not before (mcp-wire.md 1.3)", () => {
    const refused: string[] = [];
    const callbacks = new Callbacks(limitsBy().callback, (line) => refused.push(line));
    callbacks.start(request);
    jest.advanceTimersByTime(599_999);
    expect(refused).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(refused.map((line) => JSON.parse(line))).toEqual([
      { jsonrpc: "2.0", id: "r", error: { code: -32_603, message: "The client did not answer" } },
    ]);
  });

  test("is refused at once when a thousand wait already", () => {
    const refused: string[] = [];
    const callbacks = new Callbacks(limitsBy().callback, (line) => refused.push(line));
    for (let count = 0; count < 1_000; count += 1) callbacks.start(request);
    expect({ refused, started: callbacks.start(request) }).toEqual({
      refused: [expect.stringContaining("Too many unanswered requests")],
      started: undefined,
    });
    callbacks.end();
  });

  test("counts for the call that waits for it until its last question is over, however that ends", () => {
    const answered: number[] = [];
    const callbacks = new Callbacks(
      limitsBy().callback,
      () => {},
      (call) => answered.push(call),
    );
    const [asked = ""] = ["a", "b", "c"].map((id) => callbacks.start({ ...request, id }, 7));
    callbacks.start(request);
    const { id } = JSON.parse(asked) as { id: number };
    callbacks.answer({ kind: "response", id, result: {}, text: JSON.stringify({ id }) });
    callbacks.cancel("b");
    expect(answered).toEqual([]);
    jest.advanceTimersByTime(600_000);
    expect(answered).toEqual([7]);
  });
});
