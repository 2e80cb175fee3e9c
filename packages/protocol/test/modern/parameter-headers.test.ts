import { describe, expect, test } from "@jest/globals";
import { checkParameterHeaders, parameterHeadersOf } from "../../src/index.ts";

const schema = (properties: object) => ({ type: "object", properties });
const annotated = (name: unknown, type: unknown = "string") => ({ type, "x-mcp-header": name });

describe("the headers that a tool's schema asks for (mcp-wire.md 2.2)", () => {
  test.each([
    ["none", undefined, []],
    ["none", schema({ a: { type: "string" } }), []],
    ["one", schema({ a: annotated("Region") }), [{ name: "region", path: ["a"] }]],
    ["one further down", schema({ a: schema({ b: annotated("X", "integer") }) }), [{ name: "x", path: ["a", "b"] }]],
    ["none but below properties", schema({ a: { type: "array", items: annotated("X") } }), []],
    ["no valid ones: no token", schema({ a: annotated("a b") }), undefined],
    ["no valid ones: empty", schema({ a: annotated("") }), undefined],
    ["no valid ones: of no text", schema({ a: annotated(1) }), undefined],
    ["no valid ones: on an object", schema({ a: annotated("X", "object") }), undefined],
    ["no valid ones: twice but for case", schema({ a: annotated("X"), b: annotated("x") }), undefined],
  ])("%s: %j", (_what, inputSchema, expected) => expect(parameterHeadersOf(inputSchema)).toEqual(expected));

  test("in a schema without end are none", () => {
    const nested = Array.from({ length: 100 }).reduce<object>((inner) => schema({ a: inner }), annotated("X"));
    expect(parameterHeadersOf(nested)).toBeUndefined();
  });
});

describe("a header that repeats an argument", () => {
  const declared = [{ name: "x", path: ["a"] }];

  test.each<[unknown, string | undefined, boolean]>([
    [{}, undefined, true],
    [{ a: null }, undefined, true],
    [{}, "anything", true],
    [{ a: "eu" }, "eu", true],
    [{ a: "eu" }, undefined, false],
    [{ a: "eu" }, "EU", false],
    [{ a: "" }, "=?base64??=", true],
    [{ a: "ü" }, "=?base64?w7w=?=", true],
    [{ a: "ü" }, "=?BASE64?w7w=?=", false],
    [{ a: "ü" }, "=?base64?w7w?=", false],
    [{ a: "\ufffd" }, "=?base64?/w==?=", false],
    [{ a: "ü" }, "ü", false],
    [{}, "ü", false],
    [{ a: "a\tb" }, "a\tb", true],
    [{ a: 42 }, "42.0", true],
    [{ a: 42 }, "0x2a", false],
    [{ a: 42 }, "4.2e1", false],
    [{ a: true }, "true", true],
    [{ a: true }, "1", false],
    [{ a: 2 ** 53 }, "9007199254740992", false],
    [{ a: ["eu"] }, "eu", false],
    [{ a: {} }, "[object Object]", false],
  ])("%j with %j: %s", (args, header, agrees) => {
    const refusal = checkParameterHeaders(declared, args, (name) => (name === "mcp-param-x" ? header : undefined));
    expect(refusal?.error.code).toBe(agrees ? undefined : -32020);
  });

  test("is not asked for of arguments that are none", () => {
    for (const args of [undefined, null, 7])
      expect(checkParameterHeaders(declared, args, () => undefined)).toBe(undefined);
  });

  test.each([
    ["a method that every object has", ["constructor"], {}],
    ["the length of a text", ["a", "length"], { a: "eu" }],
    ["an element of a list", ["a", "0"], { a: ["eu"] }],
  ])("is not asked for of what is no member: %s", (_what, path, args) =>
    expect(checkParameterHeaders([{ name: "x", path }], args, () => undefined)).toBe(undefined),
  );
});
