import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { joinText, metaKeys, parseMessages, type Request } from "@gateway/protocol";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Child } from "../../src/child/child.ts";
import { Metrics } from "../../src/metrics/metrics.ts";
import { askedBy } from "../../src/modern/asked.ts";
import { BridgedChild } from "../../src/modern/bridged/child.ts";
import { UserListeners } from "../../src/modern/bridged/listens.ts";
import { Exchange } from "../../src/modern/exchange.ts";
import { LastRoots } from "../../src/modern/last-roots.ts";
import { Parks } from "../../src/modern/parks.ts";
import { RequestStates, stateKeysOf } from "../../src/modern/request-states.ts";
import { Uses } from "../../src/modern/uses.ts";
import type { Json } from "../fixtures/client.ts";
import { limitsBy } from "../fixtures/limits.ts";
import { openLog } from "../fixtures/watched-log.ts";

const capabilities = { elicitation: {} };
const messageOf = (message: object) => parseMessages(JSON.stringify({ jsonrpc: "2.0", ...message })).messages[0];

/** A legacy child whose call has asked its client for a form, and what it was sent since. */
async function openAsking(env: Record<string, string> = {}) {
  const limits = limitsBy(env);
  const sent: Json[] = [];
  const ended: string[] = [];
  const process: Child = {
    pid: 0,
    send: (line) => sent.push(JSON.parse(joinText(line))) > 0,
    hasExited: () => false,
    gone: new Promise(() => {}),
    stderrTail: () => "",
    exceeded: () => undefined,
    end: async () => void ended.push("ended"),
  };
  const states = new RequestStates({ keys: stateKeysOf(), isOwn: true, replica: undefined });
  const child = new BridgedChild(process, {
    ...{ limits, states, capabilities, metrics: new Metrics(), logger: openLog([]) },
    ...{
      parks: new Parks(states, new Uses(), new LastRoots(), limits.callback),
      lastRoots: () => undefined,
      listeners: new UserListeners(),
      isInteractive: true,
      isShared: false,
      cache: new Map(),
    },
    ...{ protocolVersion: "2025-11-25", clientInfo: { name: "test", version: "1" } },
    ...{ onFree: () => {}, onToolsChanged: () => {}, requiresTask: () => false },
  });
  const ready = child.ready("1");
  child.fromChild(messageOf({ id: sent[0]?.id, result: { protocolVersion: "2025-11-25", capabilities: {} } }));
  await ready;
  const _meta = { [metaKeys.protocolVersion]: "2026-07-28", [metaKeys.clientCapabilities]: capabilities };
  const request = messageOf({ id: 1, method: "tools/call", params: { name: "ask", _meta } }) as Request;
  const envelope = { version: "2026-07-28", capabilities, clientInfo: undefined, logLevel: undefined };
  const identity = { sub: "ann", clientId: "c" };
  const exchange = new Exchange(
    new ServerResponse(new IncomingMessage(new Socket())),
    { json: true, stream: true },
    limits.streams,
  );
  child.take();
  child.accept(request, askedBy({ request, envelope, identity, header: () => undefined }, "test", undefined), exchange);
  child.fromChild(messageOf({ id: "q", method: "elicitation/create", params: { message: "?" } }));
  jest.advanceTimersByTime(20);
  return { child, sent: sent.splice(0), since: sent, ended };
}

describe("a modern client that never comes back to a legacy server's question", () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "performance"] }));
  afterEach(() => void jest.useRealTimers());

  test("is waited for ten minutes, in which no time passes for the call", async () => {
    const { child, since } = await openAsking();
    expect(child.parked).toBeDefined();
    jest.advanceTimersByTime(599_999);
    expect(since).toEqual([]);
  });

  test("is said to have cancelled the question then, and the process serves the next call when this one ends", async () => {
    const { child, sent, since } = await openAsking();
    jest.advanceTimersByTime(600_000);
    expect(since).toEqual([{ jsonrpc: "2.0", id: "q", result: { action: "cancel" } }]);
    expect(child.isFree).toBe(false);
    child.fromChild(messageOf({ id: sent.at(-1)?.id, result: { content: [] } }));
    expect(child.isFree).toBe(true);
  });

  test.each([
    ["five seconds", {}, 5_000],
    ["the seconds of MCP_DRAIN_TIMEOUT", { MCP_DRAIN_TIMEOUT: "40" }, 40_000],
  ])("ends the process as well when the call does not end within %s", async (_long, env, drain) => {
    const { since, ended } = await openAsking(env);
    jest.advanceTimersByTime(600_000 + 500);
    expect(since.at(-1)?.method).toBe("notifications/cancelled");
    jest.advanceTimersByTime(drain - 1);
    expect(ended).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(ended).toEqual(["ended"]);
  });
});
