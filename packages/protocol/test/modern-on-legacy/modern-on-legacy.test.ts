import { describe, expect, test } from "@jest/globals";
import {
  emptyPark,
  initializeParams,
  metaKeys,
  modernCapabilities,
  nextRound,
  type Park,
  parkCallback,
  renderDiscoverResult,
  renderForLegacyChild,
  renderGivenUp,
  renderInputRequired,
  takeAnswers,
  toModernAnswer,
  withdrawCallback,
  withdrawUndeclared,
} from "../../src/index.ts";
import { childRequest, meta, request, response } from "../modern/messages.ts";

const serverInfo = { name: "s", version: "1" };

describe("a legacy child of a modern client (mcp-wire.md 4.2)", () => {
  test.each([
    [{}, {}],
    [{ roots: { listChanged: true } }, { roots: {} }],
    [
      { sampling: { tools: {} }, x: {} },
      { sampling: { tools: {} }, x: {} },
    ],
    [{ extensions: { "io.modelcontextprotocol/tasks": {} } }, {}],
    [{ extensions: { "io.modelcontextprotocol/tasks": {}, "a/b": {} } }, { extensions: { "a/b": {} } }],
  ])("is told of the capabilities %j as %j", (capabilities, told) =>
    expect(initializeParams("2025-11-25", capabilities, serverInfo)).toEqual({
      protocolVersion: "2025-11-25",
      capabilities: told,
      clientInfo: serverInfo,
    }),
  );

  test("is discovered by what it answered to initialize", () => {
    const capabilities = { tools: {}, tasks: {}, logging: {} };
    const text = renderDiscoverResult('"a"', { capabilities, serverInfo, instructions: "i", protocolVersion: "x" });
    expect(JSON.parse(text)).toEqual({
      jsonrpc: "2.0",
      id: "a",
      result: {
        resultType: "complete",
        supportedVersions: ["2026-07-28"],
        capabilities: { tools: {}, logging: {} },
        instructions: "i",
        ttlMs: 0,
        cacheScope: "private",
        _meta: { [metaKeys.serverInfo]: serverInfo },
      },
    });
    expect(modernCapabilities({})).toEqual({});
  });

  test("is not said to have tasks, by whichever name", () => {
    const extensions = { "io.modelcontextprotocol/tasks": {}, "a/b": {} };
    expect(modernCapabilities({ capabilities: { tasks: {}, extensions } })).toEqual({ extensions: { "a/b": {} } });
  });

  test("may be kept as it is said for it, in discovery and results", () => {
    const caching = { fallback: { ttlMs: 9_000, cacheScope: "public" } } as const;
    const listed = { idText: "1", method: "tools/list", serverInfo, capabilities: {}, caching };
    for (const text of [
      renderDiscoverResult("1", {}, caching),
      toModernAnswer(response({ result: { tools: [] } }), listed).text,
    ]) {
      expect(JSON.parse(text).result).toMatchObject(caching.fallback);
    }
  });

  test("gets a request without what only the modern wire has", () => {
    const _meta = { ...meta, progressToken: "t", traceparent: "00-1" };
    const asked = request("tools/call", { name: "a", inputResponses: {}, requestState: "s", task: { ttl: 1 } }, _meta);
    expect(JSON.parse(renderForLegacyChild(asked, { id: 5, token: 5 }))).toEqual({
      jsonrpc: "2.0",
      id: 5,
      method: "tools/call",
      params: { name: "a", _meta: { progressToken: 5, traceparent: "00-1" } },
    });
    expect(JSON.parse(renderForLegacyChild(request("tools/list"), { id: 5, token: 5 })).params).toEqual({});
  });

  test("gets numbers as they stood", () => {
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"n":12345678901234567890},"_meta":{}}}`;
    const asked = { ...request("tools/call"), text, idSpan: undefined };
    expect(renderForLegacyChild(asked, { id: 5, token: 5 })).toContain('"n":12345678901234567890');
  });
});

describe("a legacy child's answer", () => {
  const answerTo = (method: string, answer: object) => {
    const context = { idText: '"a"', method, serverInfo, capabilities: {} };
    const { text, status } = toModernAnswer(response(answer), context);
    return { ...JSON.parse(text), status };
  };
  const named = { resultType: "complete", _meta: { [metaKeys.serverInfo]: serverInfo } };

  test.each([
    ["tools/call", { content: [] }, { content: [], ...named }],
    ["tools/list", { tools: [] }, { tools: [], ttlMs: 0, cacheScope: "private", ...named }],
    [
      "tools/list",
      { tools: [{ name: "a", execution: { taskSupport: "optional" } }, { name: "b" }] },
      { tools: [{ name: "a" }, { name: "b" }], ttlMs: 0, cacheScope: "private", ...named },
    ],
  ])("to %s: %j", (method, result, expected) =>
    expect(answerTo(method, { result })).toEqual({ jsonrpc: "2.0", id: "a", status: 200, result: expected }),
  );

  test("keeps the _meta that it has", () => {
    const _meta = { "x/y": 1, [metaKeys.serverInfo]: serverInfo };
    expect(answerTo("tools/call", { result: { _meta: { "x/y": 1 } } }).result).toEqual({
      resultType: "complete",
      _meta,
    });
  });

  test.each([
    [{ code: -32601, message: "m" }, 404, { code: -32601, message: "m" }],
    [{ code: -32602, message: "m", data: 1 }, 200, { code: -32602, message: "m", data: 1 }],
    [
      { code: -32002, message: "m", data: { uri: "u" } },
      200,
      { code: -32602, message: "Resource not found", data: { uri: "u" } },
    ],
    [
      { code: -32042, message: "m", data: { elicitations: [] } },
      400,
      { code: -32021, message: "m", data: { requiredCapabilities: { elicitation: { url: {} } } } },
    ],
    [{ code: -32000, message: "m" }, 200, { code: -32603, message: "m", data: { serverCode: -32000 } }],
    [
      { code: -32055, message: "m", data: { a: 1 } },
      200,
      { code: -32603, message: "m", data: { a: 1, serverCode: -32055 } },
    ],
    [
      { code: -32021, message: "m", data: { requiredCapabilities: { sampling: {} } } },
      400,
      { code: -32021, message: "m", data: { requiredCapabilities: { sampling: {} } } },
    ],
    [{ code: -32021, message: "m" }, 200, { code: -32603, message: "m", data: { serverCode: -32021 } }],
    [{ code: 7, message: "m" }, 200, { code: 7, message: "m" }],
    [null, 200, { code: -32603, message: "An error without a message" }],
  ])("that is the error %j becomes %i %j", (error, status, expected) =>
    expect(answerTo("resources/read", { error })).toEqual({ jsonrpc: "2.0", id: "a", status, error: expected }),
  );
});

test("a URL that a server wants opened is no error of its own code where the client could open it", () => {
  const error = { code: -32042, message: "m", data: { elicitations: [] } };
  const capabilities = { elicitation: { url: {} } };
  const context = { idText: "1", method: "tools/call", serverInfo, capabilities };
  expect(JSON.parse(toModernAnswer(response({ error }), context).text).error).toEqual({
    code: -32603,
    message: "m",
    data: { elicitations: [], serverCode: -32042 },
  });
});

describe("call-backs of a legacy child that wait for a modern client (mcp-wire.md 4.4)", () => {
  const elicit = childRequest({
    id: 3,
    method: "elicitation/create",
    params: { message: "m", elicitationId: "e", task: {}, _meta: { progressToken: 1 } },
  });
  const roots = childRequest({ id: "3", method: "roots/list" });
  const sample = childRequest({ id: 4, method: "sampling/createMessage", params: { messages: [] } });
  const asked = (...requests: (typeof elicit)[]) => nextRound(requests.reduce(parkCallback, emptyPark));
  const retry = (inputResponses: unknown) => request("tools/call", { name: "a", inputResponses });
  const linesOf = (park: Park, generation: number, inputResponses: unknown) => {
    const answered = takeAnswers(park, generation, retry(inputResponses));
    return "error" in answered ? answered.error.code : answered.lines.map((line) => JSON.parse(line));
  };
  const accepted = { action: "accept", content: {} };

  test("are asked together, without what only the legacy wire has", () => {
    expect(JSON.parse(renderInputRequired('"a"', asked(elicit, roots), "token"))).toEqual({
      jsonrpc: "2.0",
      id: "a",
      result: {
        resultType: "input_required",
        inputRequests: {
          r1_1: { method: "elicitation/create", params: { message: "m" } },
          r1_2: { method: "roots/list", params: {} },
        },
        requestState: "token",
      },
    });
  });

  test("get their answers under the child's own ids, type included", () => {
    expect(linesOf(asked(elicit, roots), 1, { r1_2: { roots: [] }, r1_1: accepted })).toEqual([
      { jsonrpc: "2.0", id: 3, result: accepted },
      { jsonrpc: "2.0", id: "3", result: { roots: [] } },
    ]);
  });

  test("give what the client tells of its roots, as it stood", () => {
    const rootsIn = (answers: object) => takeAnswers(asked(elicit, roots), 1, retry(answers));
    expect(rootsIn({ r1_2: { roots: [] } })).toMatchObject({ roots: '{"roots":[]}' });
    expect(rootsIn({ r1_1: accepted })).toMatchObject({ roots: undefined });
  });

  test("that are not answered are asked again in the next round, and others with them", () => {
    const answered = takeAnswers(asked(elicit, roots), 1, retry({ r1_2: { roots: [] } }));
    if ("error" in answered) throw new Error(answered.error.message);
    const next = nextRound(parkCallback(answered.park, sample));
    expect(next.generation).toBe(2);
    expect([...next.open.keys()]).toEqual(["r1_1", "r2_3"]);
  });

  test.each([
    ["of a round that is over", 0, { r1_1: accepted }, -32602],
    ["of a round to come", 2, { r1_1: accepted }, -32602],
    ["that are no object", 1, [], -32602],
    ["one of them an error", 1, { r1_1: { code: -1 } }, -32602],
    ["one of them no object", 1, { r1_1: "accept", r1_2: { roots: [] } }, -32602],
    ["one of them for another kind", 1, { r1_2: accepted }, -32602],
    ["for what was not asked", 1, { x: accepted, __proto__: 1 }, []],
    ["none", 1, undefined, []],
  ])("are not given answers %s", (_what, generation, responses, expected) =>
    expect(linesOf(asked(elicit, roots), generation, responses)).toEqual(expected),
  );

  test.each([
    [{ role: "assistant", content: { type: "text", text: "x" } }, 1],
    [{ role: "assistant", content: [] }, 1],
    [{ content: {} }, -32602],
  ])("of sampling: %j", (value, expected) => {
    const lines = linesOf(asked(sample), 1, { r1_1: value });
    expect(Array.isArray(lines) ? lines.length : lines).toBe(expected);
  });

  test("that the child takes back are not asked any more", () => {
    expect(withdrawCallback(asked(elicit, roots), 3).open.size).toBe(1);
    expect(withdrawCallback(asked(elicit, roots), 4).open.size).toBe(2);
  });

  test.each([
    [{ elicitation: {}, roots: {}, sampling: {} }, []],
    [{ elicitation: {}, roots: {} }, [4]],
    [{ elicitation: { url: {} }, sampling: {} }, [3, "3"]],
    [{}, [3, "3", 4]],
  ])(
    "are not asked of a client that declares %j where it does not declare them: the child is told",
    (declared, told) => {
      const { park, lines } = withdrawUndeclared(asked(elicit, roots, sample), declared);
      const error = { code: -32601, message: "The client cannot be asked that" };
      expect(lines.map((line) => JSON.parse(line))).toEqual(told.map((id) => ({ jsonrpc: "2.0", id, error })));
      expect(park.open.size).toBe(3 - told.length);
    },
  );

  test("that nobody answers are ended so that the child goes on", () => {
    expect(renderGivenUp(asked(elicit, roots)).map((line) => JSON.parse(line))).toEqual([
      { jsonrpc: "2.0", id: 3, result: { action: "cancel" } },
      { jsonrpc: "2.0", id: "3", error: { code: -32603, message: "The client did not answer" } },
    ]);
  });
});
