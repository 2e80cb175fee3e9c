import { describe, expect, test } from "@jest/globals";
import {
  honouredFilter,
  isSubscribed,
  metaKeys,
  parseSubscriptionFilter,
  readDiscovery,
  renderForModernChild,
  renderModernError,
  renderModernResult,
  renderSubscriptionEnd,
  renderWithRequestState,
  renderWithSubscriptionId,
  toldError,
} from "../../src/index.ts";
import { meta, notification, request, response } from "./messages.ts";

describe("a request for a modern child", () => {
  const ids = { id: 10, token: 11 };

  test("has our id and token, and all else as it was", () => {
    const _meta = { ...meta, progressToken: "t", traceparent: "00-1" };
    expect(JSON.parse(renderForModernChild(request("tools/list", { cursor: "c" }, _meta), ids, undefined))).toEqual({
      jsonrpc: "2.0",
      id: 10,
      method: "tools/list",
      params: { cursor: "c", _meta: { ..._meta, progressToken: 11 } },
    });
  });

  test.each([
    ["its own state back", "its own", { requestState: "its own" }],
    ["no state where it gave none", undefined, {}],
  ])("has %s", (_what, inner, expected) => {
    const retry = request("tools/call", { name: "a", inputResponses: { k: { n: 1 } }, requestState: "ours" });
    const { params } = JSON.parse(renderForModernChild(retry, ids, inner));
    expect(params).toEqual({ name: "a", inputResponses: { k: { n: 1 } }, ...expected, _meta: meta });
  });
});

describe("a modern child's result", () => {
  const resultOf = (method: string, result: object) =>
    JSON.parse(renderModernResult(response({ result }), '"a"', method)).result;
  const caching = { ttlMs: 0, cacheScope: "private" };

  test.each([
    ["tools/list", { tools: [] }, { tools: [], resultType: "complete", ...caching }],
    ["tools/list", { resultType: "complete", ttlMs: -1 }, { resultType: "complete", ...caching }],
    ["tools/list", { ttlMs: 5, cacheScope: "public" }, { ttlMs: 5, cacheScope: "public", resultType: "complete" }],
    ["tools/call", { content: [] }, { content: [], resultType: "complete" }],
    ["resources/read", { resultType: "input_required" }, { resultType: "input_required" }],
  ])("of %s that is %j has what it must", (method, result, expected) =>
    expect(resultOf(method, result)).toEqual(expected),
  );

  test("of a client that sees fewer tools than others is nobody else's", () => {
    const whole = { tools: [], resultType: "complete", ttlMs: 5, cacheScope: "public" };
    const text = renderModernResult(response({ result: whole }), "1", "tools/list", { isLimited: true });
    expect(JSON.parse(text).result).toEqual({ ...whole, cacheScope: "private" });
  });

  test("of a retry is kept for no time", () => {
    const whole = { contents: [], resultType: "complete", ttlMs: 7_000, cacheScope: "public" };
    const text = renderModernResult(response({ result: whole }), "1", "resources/read", { isRetry: true });
    expect(JSON.parse(text).result).toEqual({ ...whole, ttlMs: 0 });
  });

  const fallback = { ttlMs: 9_000, cacheScope: "public" } as const;
  test.each([
    ["no time in place of one that is none", { ttlMs: -1, cacheScope: "public" }, {}, { ttlMs: 0 }],
    ["nobody else in place of those that are none", { ttlMs: 5, cacheScope: "all" }, {}, { cacheScope: "private" }],
    ["what it says itself", { ttlMs: 5, cacheScope: "private" }, {}, {}],
    ["what holds where it says nothing", {}, {}, fallback],
    ["how long it says, for whom it does not", { ttlMs: 5 }, {}, { cacheScope: "public" }],
    ["no time, after a retry", {}, { isRetry: true }, { ttlMs: 0, cacheScope: "public" }],
    [
      "nobody else, where it was chosen for its client",
      {},
      { isLimited: true },
      { ttlMs: 9_000, cacheScope: "private" },
    ],
  ])("is kept for %s", (_what, said, caching, expected) => {
    const text = renderModernResult(response({ result: said }), "1", "tools/list", { ...caching, fallback });
    expect(JSON.parse(text).result).toEqual({ ...said, ...expected, resultType: "complete" });
  });

  test.each([
    [1_000, 6_000],
    [8_000, 0],
  ])("that was kept for %i ms holds for so much less", (age, ttlMs) => {
    const whole = { capabilities: {}, resultType: "complete", ttlMs: 7_000, cacheScope: "private" };
    const text = renderModernResult(response({ result: whole }), "1", "server/discover", { age });
    expect(JSON.parse(text).result).toEqual({ ...whole, ttlMs, supportedVersions: ["2026-07-28"] });
  });

  test("of server/discover names the versions that are served here", () => {
    const found = { supportedVersions: ["2099-01-01", "2026-07-28"], capabilities: {} };
    expect(resultOf("server/discover", found)).toMatchObject({ supportedVersions: ["2026-07-28"], capabilities: {} });
  });

  test("that has all is left as it stands", () => {
    const whole = '{"jsonrpc":"2.0","id":10,"result":{ "resultType":"complete","n":12345678901234567890}}';
    const parsed = { ...response({ result: { resultType: "complete" } }), text: whole, idSpan: undefined };
    expect(renderModernResult(parsed, '"a"', "tools/call")).toBe(whole.replace("10,", '"a",'));
  });

  test("that asks for input carries our state", () => {
    const asked = response({ result: { resultType: "input_required", inputRequests: { k: {} }, requestState: "own" } });
    expect(JSON.parse(renderWithRequestState(asked, "1", "ours"))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: { resultType: "input_required", inputRequests: { k: {} }, requestState: "ours" },
    });
  });
});

describe("a modern child's error", () => {
  const told = (error: unknown) => {
    const { text, status } = toldError(response({ error }), "1");
    return [status, JSON.parse(text).error];
  };

  test.each([
    [200, { code: 7, message: "m", data: { of: "its own" } }],
    [200, { code: -32602, message: "m" }],
    [404, { code: -32601, message: "m" }],
    [400, { code: -32021, message: "m", data: { requiredCapabilities: { roots: {} } } }],
  ])("is told under the status %i as it is: %j", (status, error) => expect(told(error)).toEqual([status, error]));

  test.each([
    ["headers that were checked before it", -32020, undefined],
    ["a version that was checked before it", -32022, { supported: ["2099-01-01"], requested: "2026-07-28" }],
    ["what the specification may yet give a meaning", -32055, undefined],
  ])("of %s is its own fault: a client would believe it", (_what, code, data) =>
    expect(told({ code, message: "m", data })).toEqual([
      200,
      { code: -32603, message: "m", data: { ...data, serverCode: code } },
    ]),
  );

  test.each([
    [null, -32603],
    ["m", -32603],
    [{ code: "7", message: "m" }, -32603],
    [{ code: 1.5, message: "m" }, -32603],
    [{ code: 7 }, 7],
  ])("that no client could read, %j, is told as one of code %i", (error, code) =>
    expect(told(error)).toEqual([200, { code, message: expect.any(String) }]),
  );

  test("is told of a result that is none", () => {
    const { text } = toldError(response({ result: 5 }), "1");
    expect(JSON.parse(text)).toMatchObject({ id: 1, error: { code: -32603 } });
  });
});

test("an error about a request whose id could not be read has no id", () => {
  const error = { code: -32700, message: "Parse error" };
  expect(JSON.parse(renderModernError(undefined, error))).toEqual({ jsonrpc: "2.0", error });
  expect(JSON.parse(renderModernError("7", error))).toEqual({ jsonrpc: "2.0", id: 7, error });
});

describe("a subscription (mcp-wire.md 2.6)", () => {
  test.each([
    [undefined, undefined],
    [[], undefined],
    [{ toolsListChanged: "yes" }, undefined],
    [{ resourceSubscriptions: "a:b" }, undefined],
    [{ resourceSubscriptions: [1] }, undefined],
    [{ resourceSubscriptions: Array.from({ length: 101 }, (_, n) => `a:${n}`) }, undefined],
    [{ resourceSubscriptions: ["a:", "b:"].map((uri) => uri + "x".repeat(32_768)) }, undefined],
    [{}, {}],
    [{ toolsListChanged: true, promptsListChanged: false }, { toolsListChanged: true }],
    [{ resourceSubscriptions: ["a:b", "a:b"] }, { resourceSubscriptions: ["a:b"] }],
  ])("to %j is read as %j", (notifications, filter) =>
    expect(parseSubscriptionFilter({ notifications })).toEqual(filter),
  );

  const everything = {
    toolsListChanged: true,
    promptsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: ["a:b"],
  } as const;

  test.each([
    [{}, {}],
    [{ tools: {}, resources: {} }, {}],
    [{ tools: { listChanged: true } }, { toolsListChanged: true }],
    [{ prompts: { listChanged: true } }, { promptsListChanged: true }],
    [{ resources: { listChanged: true } }, { resourcesListChanged: true }],
    [{ resources: { subscribe: true } }, { resourceSubscriptions: ["a:b"] }],
  ])("is honoured as far as a server that has %j can", (capabilities, honoured) =>
    expect(honouredFilter(everything, capabilities)).toEqual(honoured),
  );

  test.each([
    ["notifications/tools/list_changed", {}, true],
    ["notifications/prompts/list_changed", {}, false],
    ["notifications/resources/updated", { uri: "a:b" }, true],
    ["notifications/resources/updated", { uri: "a:b/part" }, true],
    ["notifications/resources/updated", { uri: "a:c" }, false],
    ["notifications/resources/updated", {}, false],
    ["notifications/message", {}, false],
  ])("gets %s %j: %s", (method, params, gets) =>
    expect(isSubscribed({ toolsListChanged: true, resourceSubscriptions: ["a:b"] }, method, params)).toBe(gets),
  );

  test("is named on all that it gets, and at its end, by the id its client gave it", () => {
    const changed = notification({ method: "notifications/tools/list_changed" });
    const named = { _meta: { [metaKeys.subscriptionId]: "s" } };
    expect(JSON.parse(renderWithSubscriptionId(changed, '"s"'))).toEqual({
      jsonrpc: "2.0",
      method: "notifications/tools/list_changed",
      params: named,
    });
    const result = { resultType: "complete", ...named };
    expect(JSON.parse(renderSubscriptionEnd('"s"'))).toEqual({ jsonrpc: "2.0", id: "s", result });
  });
});

describe("whether a server is modern (mcp-wire.md 2.8)", () => {
  const error = (code: number, data?: object) => ({ error: { code, message: "m", data } });

  test.each([
    [{ result: { supportedVersions: ["2026-07-28"] } }, "modern"],
    [{ result: { supportedVersions: ["2099-01-01"] } }, "not_modern"],
    [{ result: {} }, "not_modern"],
    [error(-32022, { supported: ["2026-07-28"] }), "ask_again"],
    [error(-32022, { supported: ["2099-01-01"] }), "unusable"],
    [error(-32022, { supported: ["2025-11-25"] }), "not_modern"],
    [error(-32022), "not_modern"],
    [error(-32601), "not_modern"],
    [error(-32602), "not_modern"],
    [error(-32000), "not_modern"],
    [error(0), "not_modern"],
    [error(-32020), "not_modern"],
    [error(-32021), "not_modern"],
  ])("that answers %j: %s", (answer, kind) => expect(readDiscovery(response(answer)).kind).toBe(kind));
});
