import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readMembers, renderMembers } from "../../src/json/members.ts";
import { replaceValues } from "../../src/json/replace.ts";
import { elementSpans, memberSpans, nestingDepth } from "../../src/json/spans.ts";

/** JSON texts of all shapes: with and without space, with escapes. */
const jsonText = (value: fc.Arbitrary<unknown>) =>
  fc.tuple(value, fc.constantFrom(0, 1, "\t", "\r\n ")).map(([json, space]) => JSON.stringify(json, null, space));

describe("finding values in JSON, with JSON.parse as the oracle", () => {
  test("every member of an object", () => {
    fc.assert(
      fc.property(jsonText(fc.dictionary(fc.string(), fc.jsonValue())), (text) => {
        const found = [...memberSpans(text).spans].map(([name, { start, end }]) => [name, text.slice(start, end)]);
        const expected = Object.entries(JSON.parse(text));
        expect(found.map(([name, json]) => [name, JSON.parse(json as string)])).toEqual(expected);
      }),
    );
  });

  test("an object taken apart and put together again", () => {
    fc.assert(
      fc.property(jsonText(fc.dictionary(fc.string(), fc.jsonValue())), (text) => {
        expect(JSON.parse(renderMembers(readMembers(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("every element of an array", () => {
    fc.assert(
      fc.property(jsonText(fc.array(fc.jsonValue())), (text) => {
        const found = elementSpans(text).map(({ start, end }) => JSON.parse(text.slice(start, end)));
        expect(found).toEqual(JSON.parse(text));
      }),
    );
  });

  test("another value, and no other byte", () => {
    fc.assert(
      fc.property(
        jsonText(fc.record({ id: fc.jsonValue(), params: fc.dictionary(fc.string(), fc.jsonValue()) })),
        (text) => {
          expect(JSON.parse(replaceValues(text, [{ path: ["id"], json: "7" }]))).toEqual({
            ...JSON.parse(text),
            id: 7,
          });
        },
      ),
    );
  });

  test.each([
    ["a number beyond 2^53", '{"id":1,"a":12345678901234567890}', '{"id":7,"a":12345678901234567890}'],
    ["spelling of numbers and escapes", '{"a":1.0, "b":"\\u0041" ,"id" : "x" }', '{"a":1.0, "b":"\\u0041" ,"id" : 7 }'],
    ["an id that is written with an escape", '{"\\u0069d":1}', '{"\\u0069d":7}'],
    [
      "an id inside a string or another object",
      '{"s":"\\"id\\":1","o":{"id":1},"id":1}',
      '{"s":"\\"id\\":1","o":{"id":1},"id":7}',
    ],
    ["no second id for another reader to find", '{"id":1,"id":2}', '{"id":7}'],
    ["a text without the value", '{"a":1}', '{"a":1}'],
  ])("keeps %s", (_what, text, expected) => {
    expect(replaceValues(text, [{ path: ["id"], json: "7" }])).toBe(expected);
  });

  test("goes down a path, and stops where it is not", () => {
    const text = '{"id":1,"params":{"_meta":{"progressToken":"t"}}}';
    const token = { path: ["params", "_meta", "progressToken"], json: "5" } as const;
    expect(replaceValues(text, [{ path: ["id"], json: "9" }, token])).toBe(
      '{"id":9,"params":{"_meta":{"progressToken":5}}}',
    );
    expect(replaceValues('{"params":[1]}', [token])).toBe('{"params":[1]}');
  });

  test.each([
    ["1", 0],
    ["[]", 1],
    ['{"a":[{}]}', 3],
    ['"[[["', 0],
    ["[".repeat(100_000) + "]".repeat(100_000), 100_000],
  ])("tells the nesting depth of %.20s", (text, depth) => expect(nestingDepth(text)).toBe(depth));
});
