import { describe, expect, test } from "@jest/globals";
import {
  cancelledId,
  chooseStream,
  holdingKey,
  missingInitializeParameter,
  type Notification,
  negotiatedVersion,
  parseMessages,
  progressToken,
  type Request,
  type Response,
  renderCancellation,
  renderCancelled,
  renderForChild,
  renderInitialize,
  renderWithId,
  renderWithProgressToken,
} from "../../src/index.ts";

const message = <Kind>(value: object) =>
  parseMessages(JSON.stringify({ jsonrpc: "2.0", ...value })).messages[0] as Kind;
const initialize = (params: object) => message<Request>({ id: 1, method: "initialize", params });
const choice = { supported: ["2025-06-18", "2025-11-25"], preferred: "2025-11-25" } as const;

describe("initialize", () => {
  test.each([[{}], [{ protocolVersion: 1 }]])("names the parameter that %j lacks", (params) =>
    expect(missingInitializeParameter(initialize(params))).toBe("protocolVersion"),
  );

  test.each([
    ["2025-06-18", "2025-06-18"],
    ["2024-11-05", "2025-11-25"],
    ["2099-01-01", "2025-11-25"],
  ])("of a client that asks for %s asks the child for %s", (asked, expected) => {
    const request = initialize({ protocolVersion: asked, clientInfo: { name: "c" } });
    expect(JSON.parse(renderInitialize(request, choice)).params).toEqual({
      protocolVersion: expected,
      clientInfo: { name: "c" },
    });
  });

  test.each([
    [{ protocolVersion: "2025-06-18" }, "2025-06-18"],
    [{ protocolVersion: "2024-11-05" }, undefined],
    [{ protocolVersion: "toString" }, undefined],
    [{}, undefined],
  ])("settles by the result %j on %s", (result, version) =>
    expect(negotiatedVersion(message<Response>({ id: 1, result }), choice)).toBe(version),
  );
});

describe("rewriting", () => {
  const ids = { id: 10, token: 11 };

  test("gives a request the child's id and token", () => {
    const request = message<Request>({
      id: "a",
      method: "tools/call",
      params: { name: "x", _meta: { progressToken: 1 } },
    });
    expect(JSON.parse(renderForChild(request, ids))).toMatchObject({
      id: 10,
      params: { name: "x", _meta: { progressToken: 11 } },
    });
  });

  test.each([[{}], [{ _meta: null }], [{ _meta: {} }], [{ _meta: { progressToken: null } }]])(
    "adds no token to params %j",
    (params) => {
      const request = message<Request>({ id: "a", method: "tools/call", params });
      expect(JSON.parse(renderForChild(request, ids)).params).toEqual(params);
    },
  );

  test("gives a response its client's id back, type and spelling included", () => {
    expect(renderWithId(message<Response>({ id: 10, result: {} }), '"1"')).toBe(
      '{"jsonrpc":"2.0","id":"1","result":{}}',
    );
  });

  test("gives progress and cancellation the other side's names", () => {
    const progress = message<Notification>({
      method: "notifications/progress",
      params: { progressToken: 11, progress: 1 },
    });
    expect(progressToken(progress)).toBe(11);
    expect(JSON.parse(renderWithProgressToken(progress, "t")).params).toEqual({ progressToken: "t", progress: 1 });
    const cancelled = message<Notification>({ method: "notifications/cancelled", params: { requestId: "1" } });
    expect(cancelledId(cancelled)).toBe("1");
    expect(JSON.parse(renderCancelled(cancelled, "10")).params).toEqual({ requestId: 10 });
  });
});

test("a cancellation of our own is one that a server understands", () => {
  const [cancelled] = parseMessages(renderCancellation(7, "access revoked")).messages;
  expect(cancelled).toMatchObject({ kind: "notification", method: "notifications/cancelled" });
  expect(cancelled?.kind === "notification" && cancelled.params).toEqual({ requestId: 7, reason: "access revoked" });
});

describe("the stream for a message that names no request (mcp-wire.md 1.3)", () => {
  test.each([
    ["one request in flight: its stream", { inFlight: 1, responses: ["a"], standalone: "get" }, "a"],
    ["several: the standalone stream", { inFlight: 2, responses: ["a", "b"], standalone: "get" }, "get"],
    ["several, no standalone stream: the oldest", { inFlight: 2, responses: ["a", "b"], standalone: undefined }, "a"],
    ["none in flight: the standalone stream", { inFlight: 0, responses: [], standalone: "get" }, "get"],
    ["one that takes JSON only: the standalone stream", { inFlight: 1, responses: [], standalone: "get" }, "get"],
    ["nothing open: none", { inFlight: 1, responses: [], standalone: undefined }, undefined],
  ])("%s", (_what, streams, expected) => expect(chooseStream(streams)).toBe(expected));

  test.each([
    [{ method: "notifications/tools/list_changed" }, "notifications/tools/list_changed"],
    [{ method: "notifications/resources/updated", params: { uri: "a:b" } }, 'notifications/resources/updated "a:b"'],
    [{ id: 3, method: "roots/list" }, "request 3"],
    [{ method: "notifications/message", params: { level: "info", data: "x" } }, undefined],
    [{ method: "notifications/progress", params: { progressToken: 1, progress: 1 } }, undefined],
  ])("waits, where there is none, under a key: %j", (value, key) =>
    expect(holdingKey(message<Request | Notification>(value))).toBe(key),
  );
});
