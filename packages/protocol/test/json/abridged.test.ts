import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { abridge, joinText, restore } from "../../src/json/abridged.ts";

const long = "x".repeat(40_000);
const call = (value: string, name = "arguments") =>
  `{"jsonrpc":"2.0","id":1,"params":{"${name}":{"value":"${value}"}}}`;

function split(text: string | Buffer, sizes: readonly number[] = [65_536]): Buffer[] {
  const bytes = Buffer.from(text as string);
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a text without its long strings", () => {
  test.each([
    ["a line end within a string", call(`${long}\n`)],
    ["another control character", call(`${long}\u0001`)],
    ["an escape that there is not", call(`${long}\\x`)],
    ["an escape that is cut short", call(`${long}\\u12`)],
    ["a string that does not end", call(long).slice(0, 30_000)],
  ])("is not made of what is no JSON: %s", (_what, text) => {
    expect(isJson(text)).toBe(false);
    expect(abridge(split(text))).toBeUndefined();
    expect(abridge(split(text, [1_000]))).toBeUndefined();
  });

  test("is not made where a control character stands, wherever it does", () => {
    const [before = "", after = ""] = call("|").split("|");
    for (let position = 0; position < 300; position += 1) {
      const text = `${before}${"x".repeat(position)}\u001f${"x".repeat(40_000 - position)}${after}`;
      expect(abridge([Buffer.from(text)])).toBeUndefined();
      expect(abridge([Buffer.from(` ${text}`).subarray(1)])).toBeUndefined();
    }
    expect(abridge([Buffer.from(call(`${"é\u007f\u0080 ".repeat(10_000)}`))])?.omitted).toHaveLength(1);
  });

  test("is not made of what is no UTF-8", () => {
    const [before = "", after = ""] = call("|").split("|");
    const bytes = Buffer.concat([Buffer.from(before), Buffer.alloc(40_000, 0xff), Buffer.from(after)]);
    expect(abridge([bytes])).toBeUndefined();
  });

  test.each([
    ["a line end between tokens", call(long).replace(",", ",\n")],
    ["a byte order mark", `\ufeff{"id":1,"params":{"arguments":{"value":"${long}"}}}`],
  ])("is no JSON, or not made at all, where the text cannot be passed on: %s", (_what, text) => {
    const abridged = abridge(split(text));
    expect(abridged === undefined || !isJson(abridged.text)).toBe(true);
  });

  test.each([
    ["a name", `{"params":{"arguments":{"${long}":1}}}`],
    ["what is asked for", `{"params":{"name":"${long}","arguments":{}}}`],
    ["a part of _meta", call(long, "_meta")],
    ["a part of _meta of a result", `{"result":{"_meta":{"value":"${long}"}}}`],
    ["a tool of a list", `{"result":{"tools":[{"name":"${long}"}]}}`],
    ["a short string", call("short")],
  ])("leaves in what is looked at: %s", (_what, text) => {
    expect(abridge(split(text))).toBeUndefined();
  });

  test("is short, and says the same of everything else", () => {
    const text = `{"jsonrpc":"2.0","result":{"content":[{"text":"${long}"},{"text":"é"},{"text":"${long}"}]},"id":"ä"}`;
    const { text: short = "", omitted = [] } = abridge(split(text, [7_000])) ?? {};
    expect(short.length).toBeLessThan(300);
    expect(omitted).toHaveLength(2);
    const marks = omitted.map(({ mark }) => ({ text: mark }));
    expect(JSON.parse(short).result.content).toEqual([marks[0], { text: "é" }, marks[1]]);
    expect(JSON.parse(short).id).toBe("ä");
  });

  test("is the whole text again once they are put back, wherever the pieces ended", () => {
    const strings = fc.array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary", minLength: 1 }).map((each) => each.repeat(33_000 / each.length + 1)),
      ),
      { maxLength: 4 },
    );
    const json = fc.record({ id: fc.integer(), params: fc.record({ arguments: strings, name: fc.string() }) });
    const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(json, sizes, (value, each) => {
        const text = JSON.stringify(value);
        const abridged = abridge(split(text, each));
        if (abridged === undefined) return expect(text.length).toBeLessThan(140_000);
        expect(isJson(abridged.text)).toBe(true);
        expect(joinText(restore(abridged.text, abridged.omitted))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test("is made of ever so many pieces, and the whole text again: a client may send a byte at a time", () => {
    const value = "x".repeat(200_000);
    const chunks = ['{"params":{"name":"', value, '","arguments":{"value":"', value, '"}}}'].flatMap((part) =>
      split(part, [part === value ? 1 : part.length]),
    );
    const { text = "", omitted = [] } = abridge(chunks) ?? {};
    expect(omitted).toHaveLength(1);
    expect(joinText(restore(text, omitted)) === Buffer.concat(chunks).toString()).toBe(true);
  });

  test("is no JSON where the whole was none: structure, numbers and names are all still there", () => {
    const value = JSON.parse(call(long));
    const edits = fc.tuple(fc.nat(200), fc.constantFrom("", "}", "]", "{", "[", ",", ":", "0", "e", '"', "\\"));
    fc.assert(
      fc.property(edits, ([at, inserted]) => {
        const text = JSON.stringify({ more: [1.5e3, true, null, {}], ...value });
        const position = at % 2 === 0 ? at : text.length - at;
        const edited = text.slice(0, position) + inserted + text.slice(position + 1);
        const abridged = abridge(split(edited, [1_000]));
        if (abridged === undefined) return;
        expect(isJson(abridged.text)).toBe(isJson(edited));
      }),
      { numRuns: 300 },
    );
  });
});
