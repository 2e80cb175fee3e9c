import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ParseError, parseMessages, type Request, renderErrorResponse, renderWithId } from "../../src/index.ts";

const one = (text: string) => parseMessages(text).messages[0];

function failureOf(text: string): { failure: string; idText: string } | undefined {
  try {
    parseMessages(text);
    return undefined;
  } catch (error) {
    return error as ParseError;
  }
}

describe("reading JSON-RPC", () => {
  test.each([
    ["request", '{"jsonrpc":"2.0","id":1,"method":"ping"}', "1"],
    ["request", '{"jsonrpc":"2.0","id":"1","method":"ping","params":{}}', '"1"'],
    ["request", '{"jsonrpc":"2.0","id":0,"method":"ping"}', "0"],
    ["request", '{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}', "12345678901234567890"],
  ])("takes a %s: %s", (kind, text, idText) => expect(one(text)).toMatchObject({ kind, idText, text }));

  test.each([
    ["notification", '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    ["response", '{"jsonrpc":"2.0","id":1,"result":{}}'],
    ["response", '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}'],
    ["response", '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"no"}}'],
  ])("takes a %s: %s", (kind, text) => expect(one(text)).toMatchObject({ kind, text }));

  test.each([
    ["not_json", "{", "null"],
    ["not_json", "", "null"],
    ["not_json_rpc", "1", "null"],
    ["not_json_rpc", "null", "null"],
    ["not_json_rpc", "{}", "null"],
    ["not_json_rpc", '{"id":5,"method":"ping"}', "5"],
    ["not_json_rpc", '{"jsonrpc":"1.0","id":"a","method":"ping"}', '"a"'],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":null,"method":"ping"}', "null"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":{},"method":"ping"}', "null"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', "null"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":1.5,"result":{}}', "null"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":2,"method":7}', "2"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":2,"method":"ping","params":[1]}', "2"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":2}', "2"],
    ["not_json_rpc", '{"jsonrpc":"2.0","id":2,"result":{},"error":{}}', "2"],
    ["not_json_rpc", '[{"jsonrpc":"2.0","id":1,"method":"ping"},1]', "null"],
    ["not_json_rpc", `{"jsonrpc":"2.0","method":"ping","id":"${"x".repeat(2_000)}"}`, "null"],
    ["not_json_rpc", `{"jsonrpc":"2.0","method":"ping","id":${"9".repeat(2_000)}}`, "null"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"method":"prompts/list","Method":"tools/call"}', "2"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"METHOD":"tools/call"}', "2"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"},"Params":{"name":"b"}}', "2"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"method":"tools/call","param\\u017f":{"name":"b"}}', "2"],
    ["look_alike", '{"jsonrpc":"2.0","method":"notifications/x","ID":2}', "null"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","Name":"b"}}', "2"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","N\\u0061me":"b"}}', "2"],
    ["look_alike", '{"jsonrpc":"2.0","id":2,"method":"prompts/get","params":{"name":"a","RequestState":"b"}}', "2"],
    ["look_alike", '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"a","Method":"b"}]', "null"],
    ["empty_batch", "[]", "null"],
    ["too_deep", `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":${"[".repeat(300)}${"]".repeat(300)}}}`, "null"],
    ["too_deep", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`, "null"],
  ])("refuses as %s: %.60s", (failure, text, idText) => expect(failureOf(text)).toMatchObject({ failure, idText }));

  test("makes a message of several lines one line, and keeps line ends inside strings", () => {
    const text = '{\r\n "jsonrpc": "2.0",\n "id": 1, "method": "say", "params": {"text": "a\\nb"}\n}\n';
    expect(one(text).text).toBe('{  "jsonrpc": "2.0",  "id": 1, "method": "say", "params": {"text": "a\\nb"} }');
  });

  test("leaves no second id or method for another reader to find", () => {
    const { text } = one('{"jsonrpc":"2.0","id":1,"method":"a","id":2,"method":"b"}');
    expect(text).toBe('{"jsonrpc":"2.0","id":2,"method":"b"}');
  });

  test("leaves no second name of a tool for another reader to find", () => {
    const { text } = one('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"secret","name":"a"}}');
    expect(text).toBe('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}');
  });

  test.each([
    [
      "arguments of a tool",
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"Name":"b"}}}',
    ],
    [
      "parameters of a method that nobody judges",
      '{"jsonrpc":"2.0","id":1,"method":"acme/find","params":{"Name":"b"}}',
    ],
    ["members that MCP does not know", '{"jsonrpc":"2.0","id":1,"method":"ping","Trace":"b"}'],
  ])("leaves %s in whatever case they are", (_what, text) => expect(one(text).text).toBe(text));

  test("takes a batch apart and keeps each message's own text", () => {
    const { batch, messages } = parseMessages(
      '[{"jsonrpc":"2.0","id":1,"method":"a"} , {"jsonrpc":"2.0","method":"b"}]',
    );
    expect(batch).toBe(true);
    expect(messages.map(({ text }) => text)).toEqual([
      '{"jsonrpc":"2.0","id":1,"method":"a"}',
      '{"jsonrpc":"2.0","method":"b"}',
    ]);
  });

  test("writes an error with the id's own text", () => {
    expect(renderErrorResponse('"1"', { code: -32_600, message: "Invalid Request" })).toBe(
      '{"jsonrpc":"2.0","id":"1","error":{"code":-32600,"message":"Invalid Request"}}',
    );
  });
});

describe("the id of any message, with JSON.parse as the oracle", () => {
  const id = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.constantFrom(1e300, -(2 ** 60)));
  const others = fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: "binary" }));
  const space = fc.constantFrom(0, 1, "\t");
  /** The id anywhere among the members, and members of its name further inside. */
  const request = fc.tuple(others, id, others, others, space).map(([before, value, params, after, indent]) => {
    const own = { jsonrpc: "2.0", id: value, method: "x", params: { ...params, id: "inner" } };
    return JSON.stringify({ ...omitOwn(before), ...own, ...omitOwn(after) }, null, indent);
  });

  test("is found, and is what is put back", () => {
    fc.assert(
      fc.property(request, (text) => {
        const message = one(text) as Request;
        const parsed = JSON.parse(text);
        expect(message).toMatchObject({ kind: "request", id: parsed.id });
        expect(JSON.parse(message.idText)).toBe(parsed.id);
        expect(JSON.parse(renderWithId(message, "77"))).toEqual({ ...parsed, id: 77 });
      }),
    );
  });
});

/** Without the members that make a request. */
function omitOwn(members: Readonly<Record<string, unknown>>) {
  const own = new Set(["jsonrpc", "id", "method", "params"]);
  return Object.fromEntries(Object.entries(members).filter(([name]) => !own.has(name) && name !== "__proto__"));
}
