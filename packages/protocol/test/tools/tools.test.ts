import { describe, expect, test } from "@jest/globals";
import {
  allowedByBoth,
  compileToolRules,
  filterToolList,
  type IsToolAllowed,
  judgeToolCall,
  parseMessages,
  type Request,
  type Response,
} from "../../src/index.ts";

const rules = (allow?: string[], deny?: string[]) => compileToolRules({ allow, deny }) as IsToolAllowed;
const request = (text: string) => parseMessages(text).messages[0] as Request;
const response = (text: string) => parseMessages(text).messages[0] as Response;

describe("tool rules", () => {
  test.each<[string, string[] | undefined, string[] | undefined, string, boolean]>([
    ["a name that is denied", undefined, ["fetch"], "fetch", false],
    ["one that is not", undefined, ["fetch"], "fetch_raw", true],
    ["a name that is allowed", ["fetch"], undefined, "fetch", true],
    ["one that is not", ["fetch"], undefined, "Fetch", false],
    ["deny wins", ["fetch"], ["fetch"], "fetch", false],
    ["deny wins, by a glob", ["*"], ["fetch_*"], "fetch_raw", false],
    ["nothing is allowed", [], undefined, "fetch", false],
    ["* is any run, also none", ["fetch*"], undefined, "fetch", true],
    ["* between", ["a*c"], undefined, "abbc", true],
    ["* between, too short", ["ab*bc"], undefined, "abc", false],
    ["two *", ["*read*file*"], undefined, "db.read_a_file_now", true],
    ["two *, other order", ["*read*file*"], undefined, "file_read", false],
    ["a piece must not reach into the last", ["a*b*b"], undefined, "ab", false],
    ["other characters are plain", ["a.c"], undefined, "abc", false],
    ["other characters are plain, ?", ["a?c"], undefined, "abc", false],
    ["a name of the prototype", ["a"], undefined, "constructor", false],
  ])("%s", (_what, allow, deny, name, expected) => {
    expect(rules(allow, deny)(name)).toBe(expected);
  });

  test.each([
    ["both keep something back", rules(["a*"]), rules(["ab", "b"]), { a: false, ab: true, b: false }],
    ["the first alone does", rules(["a"]), undefined, { a: true, b: false }],
    ["the second alone does", undefined, rules([]), { a: false, b: false }],
  ])("of two sets of them, where %s, a tool must pass each", (_what, one, other, expected) => {
    const isAllowed = allowedByBoth(one, other);
    for (const [name, allowed] of Object.entries(expected)) expect(isAllowed?.(name)).toBe(allowed);
    expect(allowedByBoth(undefined, undefined)).toBeUndefined();
  });

  test("without any, nothing is looked at", () => {
    expect(compileToolRules({})).toBeUndefined();
    expect(compileToolRules({ deny: [] })).toBeUndefined();
  });

  test("a name that is no text is not allowed", () => {
    for (const name of [undefined, null, 1, ["a"], {}]) expect(rules(["*"])(name)).toBe(false);
  });

  test("a pattern of many stars is quick", () => {
    const start = performance.now();
    expect(rules(["*a".repeat(50)])("a".repeat(49))).toBe(false);
    expect(rules([`${"*a".repeat(50)}*b`])("a".repeat(10_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(10_000); // or for ever
  });
});

describe("a call of a tool", () => {
  const call = (params: string) => request(`{"jsonrpc":"2.0","id":"x","method":"tools/call","params":${params}}`);

  test("that is not there for clients is an unknown tool", () => {
    expect(judgeToolCall(call('{"name":"b"}'), rules(["a"]))).toEqual({
      error: '{"jsonrpc":"2.0","id":"x","error":{"code":-32602,"message":"Unknown tool: b"}}',
    });
    expect(judgeToolCall(call("{}"), rules(["a"]))).toHaveProperty("error");
  });

  test("that is there is handed on as it stands", () => {
    const allowed = call('{ "name":"a", "arguments":{"n":12345678901234567890} }');
    expect(judgeToolCall(allowed, rules(["a"]))).toEqual({ handOn: allowed });
  });

  test("whose name stands twice reaches the server with the one that was looked at", () => {
    expect(judgeToolCall(call('{"name":"secret","name":"a"}'), rules(["a"]))).toMatchObject({
      handOn: { text: '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"a"}}' },
    });
    expect(judgeToolCall(call('{"name":"a","n\\u0061me":"secret"}'), rules(["a"]))).toHaveProperty("error");
  });

  test("is the only request that is looked at", () => {
    const other = request('{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"b"}}');
    expect(judgeToolCall(other, rules(["a"]))).toEqual({ handOn: other });
  });
});

describe("the list of tools", () => {
  test("has only those that are there for clients, each as it stood", () => {
    const list =
      '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"}, {"name":"b"} ,{ "name":"c" , "x":1e400}],"nextCursor":"n"}}';
    expect(filterToolList(response(list), rules(undefined, ["b"])).text).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"},{ "name":"c" , "x":1e400}],"nextCursor":"n"}}',
    );
    expect(filterToolList(response(list), rules([])).text).toContain('"tools":[],');
    expect(filterToolList(response(list), rules(["*"])).text).toBe(list);
  });

  test("that stands twice is filtered whichever a client reads", () => {
    const twice =
      '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"secret"}],"tools":[{"name":"a"},{"name":"secret"}]}}';
    expect(filterToolList(response(twice), rules(["a"])).text).not.toContain("secret");
  });

  test.each(['"error":{"code":1,"message":"m"}', '"result":{}', '"result":{"tools":7}'])("%s is left alone", (rest) => {
    const text = `{"jsonrpc":"2.0","id":1,${rest}}`;
    expect(filterToolList(response(text), rules([])).text).toBe(text);
  });

  test("with something among them that is no tool loses it", () => {
    const list = '{"jsonrpc":"2.0","id":1,"result":{"tools":[null,{"name":"a"},7]}}';
    expect(filterToolList(response(list), rules(["*"])).text).toContain('"tools":[{"name":"a"}]');
  });
});
