import { describe, expect, test } from "@jest/globals";
import { fromModernChild, type Response } from "../../src/index.ts";
import { serverInfo, TranslatedSession } from "./session.ts";

const text = (value: string) => ({ type: "text", text: value });
const link = { type: "resource_link", uri: "file:///a", name: "a" };
const audio = { type: "audio", data: "AA==", mimeType: "audio/wav" };

/** The result that a client of a version gets. */
function told(result: object, { version = "2025-11-25", method = "tools/call" } = {}) {
  return TranslatedSession.open({ version }).call(result, { name: "a" }, method).toClient[0];
}

describe("a modern server's result as a legacy client gets it (mcp-wire.md 4.3)", () => {
  test("has nothing that only the other wire knows", () => {
    const _meta = { "io.modelcontextprotocol/serverInfo": serverInfo, own: 1 };
    const result = { resultType: "complete", ttlMs: 5, cacheScope: "public", tools: [], _meta };
    expect(told(result, { method: "tools/list" })).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: { tools: [], _meta: { own: 1 } },
    });
    const bare = { content: [], _meta: { "io.modelcontextprotocol/serverInfo": serverInfo } };
    expect(told(bare).result).toEqual({ content: [] });
  });

  test("has numbers as they stood", () => {
    const session = TranslatedSession.open();
    session.client({ id: 1, method: "tools/call", params: { name: "a" } });
    const line = '{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","n":12345678901234567890}}';
    const response: Response = { kind: "response", id: 1, result: { n: 1 }, text: line };
    expect(fromModernChild(session.state, response).toClient[0]?.message.text).toContain('"n":12345678901234567890');
  });

  test.each(["tools/call", "prompts/get"])("is an error where its type is unknown: %s", (method) =>
    expect(told({ resultType: "task" }, { method })).toMatchObject({ error: { code: -32603 } }),
  );

  test.each([
    ["2025-11-25", link, link],
    ["2025-06-18", link, link],
    ["2025-03-26", link, text("Resource a: file:///a")],
    ["2024-11-05", link, text("Resource a: file:///a")],
    ["2025-03-26", audio, audio],
    ["2024-11-05", audio, text("Audio (audio/wav) that this version of MCP cannot carry")],
    ["2024-11-05", text("t"), text("t")],
  ])("to a client of %s: the content %j is %j", (version, content, expected) => {
    expect(told({ content: [content] }, { version }).result).toEqual({ content: [expected] });
    const messages = [{ role: "user", content }];
    expect(told({ messages }, { version, method: "prompts/get" }).result).toEqual({
      messages: [{ role: "user", content: expected }],
    });
  });

  test.each([
    [
      { content: [text("t")], structuredContent: { a: 1 } },
      { content: [text("t")], structuredContent: { a: 1 } },
    ],
    [
      { content: [text("t")], structuredContent: [1] },
      { content: [text("t")], structuredContent: { result: [1] } },
    ],
    [
      { content: [], structuredContent: [1] },
      { content: [text("[1]")], structuredContent: { result: [1] } },
    ],
    [{ structuredContent: null }, { content: [text("null")], structuredContent: { result: null } }],
    [
      { content: [link], structuredContent: "s" },
      { content: [link, text('"s"')], structuredContent: { result: "s" } },
    ],
  ])("has structured content that is an object: %j", (result, expected) =>
    expect(told(result).result).toEqual(expected),
  );

  test("has schemas of results that are objects, and then results that they fit", () => {
    const session = TranslatedSession.open();
    const tool = { name: "a", inputSchema: { type: "object" } };
    const either = {
      anyOf: [{ $ref: "#/$defs/x" }, { $ref: "#" }, { $ref: "#named" }],
      $defs: { x: { type: "object" } },
    };
    const plain = { name: "b", outputSchema: { type: "object", properties: {} } };
    session.client({ id: 1, method: "tools/list" });
    const tools = [{ ...tool, outputSchema: either }, plain, { name: "c" }];
    expect(session.server({ id: 1, result: { tools } }).toClient[0].result.tools).toEqual([
      {
        ...tool,
        outputSchema: {
          type: "object",
          properties: {
            result: {
              anyOf: [{ $ref: "#/properties/result/$defs/x" }, { $ref: "#/properties/result" }, { $ref: "#named" }],
              $defs: { x: { type: "object" } },
            },
          },
          required: ["result"],
        },
      },
      plain,
      { name: "c" },
    ]);
    const structured = (name: string) =>
      session.call({ content: [], structuredContent: { y: 1 } }, { name }).toClient[0];
    expect(structured("a").result.structuredContent).toEqual({ result: { y: 1 } });
    expect(structured("b").result.structuredContent).toEqual({ y: 1 });
  });

  test("fits the schema that its tool was last listed with", () => {
    const session = TranslatedSession.open();
    const list = (id: number, outputSchema?: object) => {
      session.client({ id, method: "tools/list" });
      session.server({ id, result: { tools: [{ name: "a", outputSchema }] } });
      return session.call({ content: [], structuredContent: { y: 1 } }).toClient[0].result.structuredContent;
    };
    expect(list(1, { anyOf: [] })).toEqual({ result: { y: 1 } });
    expect(list(2, { type: "object" })).toEqual({ y: 1 });
    expect(list(3, { anyOf: [] })).toEqual({ result: { y: 1 } });
    expect(list(4)).toEqual({ y: 1 });
  });
});

describe("a modern server's error as a legacy client gets it", () => {
  const required = { requiredCapabilities: { elicitation: { url: {} } } };
  const lacking = "The MCP server needs a client that has the capability";

  test.each([
    [
      { code: -32021, message: "m", data: required },
      { code: -32603, message: `${lacking} elicitation.url`, data: required },
    ],
    [
      { code: -32021, message: "m" },
      { code: -32603, message: `${lacking} that it does not name` },
    ],
    [null, { code: -32603, message: "An error without a message" }],
    [
      { code: -32020, message: "m" },
      { code: -32603, message: "The MCP server did not take the request: m" },
    ],
    [
      { code: -32022, message: "m" },
      { code: -32603, message: "The MCP server did not take the request: m" },
    ],
    [
      { code: -32602, message: "m", data: 1 },
      { code: -32602, message: "m", data: 1 },
    ],
    [
      { code: -32601, message: "m" },
      { code: -32601, message: "m" },
    ],
    [
      { code: 7, message: "m" },
      { code: 7, message: "m" },
    ],
  ])("%j is %j", (error, expected) => {
    const session = TranslatedSession.open();
    session.client({ id: 1, method: "resources/read", params: { uri: "u" } });
    expect(session.server({ id: 1, error }).toClient).toEqual([{ jsonrpc: "2.0", id: 1, error: expected }]);
  });
});
