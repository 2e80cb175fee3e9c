import { parseMessages } from "@gateway/protocol";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { StartChild } from "../../src/child/child.ts";
import { probeEra } from "../../src/era/probe-era.ts";
import { limitsBy } from "../fixtures/limits.ts";

/** Starts what answers `initialize` at once, and nothing else ever. */
const startSilent: StartChild = async ({ onMessage }) => ({
  pid: 0,
  send: (line) => {
    const { id, method } = JSON.parse(String(line));
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result: { protocolVersion: "2025-11-25" } });
    if (method === "initialize") queueMicrotask(() => onMessage(parseMessages(answer).messages[0]));
    return true;
  },
  hasExited: () => false,
  gone: new Promise(() => {}),
  stderrTail: () => "",
  exceeded: () => undefined,
  end: async () => {},
});

beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "performance"] }));
afterEach(() => void jest.useRealTimers());

test.each([
  ["five seconds", {}, 5_000],
  ["the seconds of MCP_PROBE_TIMEOUT", { MCP_PROBE_TIMEOUT: "40" }, 40_000],
])("a server that is silent in the wire of modern clients is waited for %s", async (_long, env, milliseconds) => {
  const { probe, startup } = limitsBy(env);
  const found = jest.fn();
  const probing = probeEra({ startChild: startSilent, protocolVersion: "2025-11-25", probe, startup }).then(found);
  await jest.advanceTimersByTimeAsync(milliseconds - 1);
  expect(found).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  await probing;
  expect(found).toHaveBeenCalledWith(expect.objectContaining({ verdict: { legacy: true, modern: false } }));
});
