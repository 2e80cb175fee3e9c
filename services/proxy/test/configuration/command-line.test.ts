import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { splitCommandLine } from "../../src/configuration/command-line.ts";

describe("splitting SERVER_COMMAND", () => {
  test.each([
    ["uvx mcp-server-time", ["uvx", "mcp-server-time"]],
    ["  npx   -y\tpkg\n", ["npx", "-y", "pkg"]],
    ["", []],
    [`node "a b" 'c d'`, ["node", "a b", "c d"]],
    ["a\\ b c\\\\d", ["a b", "c\\d"]],
    [`"say \\"hi\\"" "back\\\\slash" "C:\\temp"`, ['say "hi"', "back\\slash", "C:\\temp"]],
    [`'it''s' 'a\\b' "" ''`, ["its", "a\\b", "", ""]],
    [`--path="/with space"/x`, ["--path=/with space/x"]],
    [
      "echo $HOME `id` $(id) ; rm -rf * && x | y > z # no",
      ["echo", "$HOME", "`id`", "$(id)", ";", "rm", "-rf", "*", "&&", "x", "|", "y", ">", "z", "#", "no"],
    ],
    ['"unclosed', undefined],
    ["'unclosed", undefined],
    ["ends with \\", undefined],
  ])("%j", (text, args) => expect(splitCommandLine(text)).toEqual(args));

  test("gives back whatever was put between quotes", () => {
    const quote = (arg: string) => `"${arg.replace(/["\\]/g, "\\$&")}"`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 4 }), (args) => {
        expect(splitCommandLine(args.map(quote).join(" "))).toEqual(args);
      }),
    );
  });
});
