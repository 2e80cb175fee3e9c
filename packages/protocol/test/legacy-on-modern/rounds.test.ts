import { describe, expect, test } from "@jest/globals";
import { afterPause } from "../../src/index.ts";
import { envelope, TranslatedSession } from "./session.ts";

const all = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
const form = { message: "?", requestedSchema: { type: "object", properties: {} } };
const elicit = { method: "elicitation/create", params: { mode: "form", ...form } };
const roots = { method: "roots/list", params: {} };
const open = (options: Parameters<typeof TranslatedSession.open>[0] = {}) =>
  TranslatedSession.open({ capabilities: all, ...options });
const required = (inputRequests?: object, requestState?: string) => ({
  resultType: "input_required",
  ...(inputRequests && { inputRequests }),
  ...(requestState && { requestState }),
});
const sampling = (content: unknown) => ({
  method: "sampling/createMessage",
  params: { messages: [{ role: "user", content }], maxTokens: 1 },
});
const text = { type: "text", text: "t" };
const accepted = { action: "accept", content: { name: "Ann" } };

describe("what a modern server asks of a legacy client (mcp-wire.md 4.3)", () => {
  test("is asked by requests about the call, all at one time", () => {
    const { toClient, about, toServer } = open().call(required({ a: elicit, b: roots }, "s"));
    expect(toClient).toEqual([
      { jsonrpc: "2.0", id: "ask-1", method: "elicitation/create", params: elicit.params },
      { jsonrpc: "2.0", id: "ask-2", method: "roots/list", params: {} },
    ]);
    expect(about).toEqual([{ call: 1 }, { call: 1 }]);
    expect(toServer).toEqual([]);
  });

  test.each(["prompts/get", "resources/read", "tools/call"])("is asked in answer to %s", (method) =>
    expect(open().call(required({ a: roots }), {}, method).toClient).toMatchObject([{ method: "roots/list" }]),
  );

  test("is answered by the call once more, under another id, when all is answered", () => {
    const session = open();
    const params = { name: "a", arguments: { x: 1 }, _meta: { progressToken: 1 } };
    session.call(required({ a: elicit, b: roots }, "s"), params);
    expect(session.client({ id: "ask-2", result: { roots: [] } }).toServer).toEqual([]);
    const { toServer } = session.client({ id: "ask-1", result: accepted });
    expect(toServer).toEqual([
      {
        jsonrpc: "2.0",
        id: "retry-3",
        method: "tools/call",
        params: {
          name: "a",
          arguments: { x: 1 },
          _meta: { progressToken: 1, ...envelope(all) },
          inputResponses: { a: accepted, b: { roots: [] } },
          requestState: "s",
        },
      },
    ]);
    const { toClient } = session.server({ id: "retry-3", result: { resultType: "complete", content: [] } });
    expect(toClient).toEqual([{ jsonrpc: "2.0", id: 1, result: { content: [] } }]);
    expect(session.state).toMatchObject({ keptText: 0, calls: new Map() });
  });

  test("brings back no state where the server gave none", () => {
    const session = open();
    session.call(required({ a: roots }));
    const { toServer } = session.client({ id: "ask-1", result: { roots: [] } });
    expect(toServer[0].params).not.toHaveProperty("requestState");
  });

  test.each([{ action: "decline" }, { action: "cancel" }])(
    "is told to the server as the person answers it: %j",
    (result) => {
      const session = open();
      session.call(required({ a: elicit }));
      expect(session.client({ id: "ask-1", result }).toServer[0].params.inputResponses).toEqual({ a: result });
    },
  );

  test("may go on for ten rounds, and no longer", () => {
    const session = open();
    let step = session.call(required({ a: roots }));
    for (let round = 1; round <= 10; round += 1) {
      const retry = session.client({ id: step.toClient[0].id, result: { roots: [] } });
      step = session.server({ id: retry.toServer[0].id, result: required({ a: roots }) });
    }
    expect(step.toClient).toMatchObject([{ id: 1, result: { isError: true } }]);
  });

  test("may be nothing but to come again, later and later", () => {
    const session = open();
    let step = session.call(required(undefined, "s"));
    const waits: unknown[] = [];
    for (let round = 1; round <= 10; round += 1) {
      const [pause] = step.pauses;
      if (pause === undefined) throw new Error("no pause");
      waits.push(pause.milliseconds);
      const { toServer } = session.take(afterPause(session.state, pause));
      expect(toServer[0].params).toMatchObject({ name: "a", requestState: "s" });
      step = session.server({ id: toServer[0].id, result: required({}, "s") });
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
    expect(step.toClient).toMatchObject([{ id: 1, result: { isError: true } }]);
  });
});

describe("a call that cannot have what it needs from its client", () => {
  const failure = (method: string) =>
    method === "tools/call"
      ? { id: 1, result: { isError: true, content: [{ type: "text", text: expect.stringContaining("needs input") }] } }
      : { id: 1, error: { code: -32603, message: expect.stringContaining("needs input") } };

  test.each([
    ["tools/call", { capabilities: {} }, { a: elicit }],
    ["prompts/get", { capabilities: {} }, { a: elicit }],
    ["resources/read", { capabilities: {} }, { a: elicit }],
    ["tools/call", { capabilities: { elicitation: {} } }, { a: { ...elicit, params: { mode: "url", url: "u" } } }],
    ["tools/call", { capabilities: { elicitation: {} } }, { a: elicit, b: roots }],
    ["tools/call", {}, { a: { method: "tasks/list", params: {} } }],
    ["tools/call", {}, { a: "elicit" }],
    ["tools/call", { version: "2025-06-18" }, { a: sampling([text, text]) }],
    ["tools/call", { version: "2025-06-18" }, { a: sampling([]) }],
    [
      "tools/call",
      { version: "2025-06-18" },
      { a: { method: "elicitation/create", params: { requestedSchema: { properties: { b: { type: "array" } } } } } },
    ],
    ["tools/call", {}, undefined],
    ["tools/list", {}, { a: roots }],
  ])("%s of a client with %j is asked %j: ends, and nothing is asked", (method, options, inputRequests) => {
    const { toClient, toServer } = open(options).call(required(inputRequests), { name: "a" }, method);
    expect(toClient).toMatchObject([failure(method)]);
    expect(toServer).toEqual([]);
  });

  test.each([
    ["with an error", { error: { code: -1, message: "no" } }],
    ["with what is no answer", { result: { action: "perhaps" } }],
  ])("ends when the client answers %s; what else it was asked is taken back", (_what, answer) => {
    const session = open();
    session.call(required({ a: elicit, b: roots }));
    const { toClient, about, toServer } = session.client({ id: "ask-1", ...answer });
    expect(toClient).toMatchObject([
      { method: "notifications/cancelled", params: { requestId: "ask-2" } },
      failure("tools/call"),
    ]);
    expect(about).toEqual([{ call: 1 }, undefined]);
    expect(toServer).toEqual([]);
    expect(session.client({ id: "ask-2", result: { roots: [] } })).toMatchObject({ toServer: [], toClient: [] });
  });

  test("that its client cancels while it is asked takes back what is open", () => {
    const session = open();
    session.call(required({ a: elicit, b: roots }));
    session.client({ id: "ask-1", result: accepted });
    const { toClient, toServer } = session.client({ method: "notifications/cancelled", params: { requestId: 1 } });
    expect(toClient).toMatchObject([{ method: "notifications/cancelled", params: { requestId: "ask-2" } }]);
    expect(toServer).toEqual([]);
    expect(session.client({ id: "ask-2", result: { roots: [] } }).toServer).toEqual([]);
  });

  test("that its client cancels while it waits does not go on", () => {
    const session = open();
    const { pauses } = session.call(required(undefined, "s"));
    session.client({ method: "notifications/cancelled", params: { requestId: 1 } });
    expect(session.take(afterPause(session.state, pauses[0] ?? { milliseconds: 0, call: 1 })).toServer).toEqual([]);
  });

  test("that its client cancels in a later round is cancelled under that round's id", () => {
    const session = open();
    session.call(required({ a: roots }));
    session.client({ id: "ask-1", result: { roots: [] } });
    const { toServer } = session.client({ method: "notifications/cancelled", params: { requestId: 1 } });
    expect(toServer).toMatchObject([{ method: "notifications/cancelled", params: { requestId: "retry-2" } }]);
  });

  test("is one whose parameters are too long to be kept beside what is kept already", () => {
    const session = open();
    const long = "x".repeat(9 * 1024 * 1024);
    session.client({ id: 1, method: "tools/call", params: { name: "a", arguments: { long } } });
    session.client({ id: 2, method: "tools/call", params: { name: "a", arguments: { long } } });
    expect(session.server({ id: 2, result: required({ a: roots }) }).toClient).toMatchObject([
      { id: 2, result: { isError: true } },
    ]);
    expect(session.server({ id: 1, result: required({ a: roots }) }).toClient).toMatchObject([
      { method: "roots/list" },
    ]);
  });
});

describe("a question of a modern server as an older client can be asked it", () => {
  const asked = (question: object, version: string) =>
    open({ version }).call(required({ a: question })).toClient[0].params;
  const choice = { type: "string", title: "T", oneOf: [{ const: "a", title: "A" }, { const: "b" }] };
  const choosing = (property: object) => ({
    method: "elicitation/create",
    params: { mode: "form", message: "?", requestedSchema: { type: "object", properties: { c: property } } },
  });
  const propertyOf = (version: string) => asked(choosing(choice), version).requestedSchema.properties.c;

  test("has one content in a message before 2025-11-25", () => {
    expect(asked(sampling([text]), "2025-06-18").messages).toEqual([{ role: "user", content: text }]);
    expect(asked(sampling([text, text]), "2025-11-25").messages).toEqual([{ role: "user", content: [text, text] }]);
  });

  test("has titled choices under older names before 2025-11-25", () => {
    expect(propertyOf("2025-11-25")).toEqual(choice);
    expect(propertyOf("2025-06-18")).toEqual({ type: "string", title: "T", enum: ["a", "b"], enumNames: ["A", "b"] });
  });

  test("does not say that it is a form before 2025-11-25", () => {
    expect(asked(elicit, "2025-11-25")).toEqual(elicit.params);
    expect(asked(elicit, "2025-06-18")).toEqual(form);
  });

  test("has audio told as text before 2025-03-26", () => {
    const audio = { type: "audio", data: "AA==", mimeType: "audio/wav" };
    expect(asked(sampling(audio), "2025-03-26").messages[0].content).toEqual(audio);
    expect(asked(sampling(audio), "2024-11-05").messages[0].content).toMatchObject({ type: "text" });
  });

  test("has an id of its own where it is answered at an address", () => {
    const question = { method: "elicitation/create", params: { mode: "url", message: "?", url: "https://a.example" } };
    expect(asked(question, "2025-11-25")).toEqual({ ...question.params, elicitationId: "seed-1" });
  });

  test("has nothing that only the other wire knows", () => {
    const params = { ...elicit.params, _meta: { "io.modelcontextprotocol/x": 1, own: 1 } };
    expect(asked({ ...elicit, params }, "2025-11-25")._meta).toEqual({ own: 1 });
  });
});
