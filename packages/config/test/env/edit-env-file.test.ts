import { parseEnv } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { setVariables } from "../../src/index.ts";

describe("setting variables in a .env file", () => {
  test.each([
    ["an empty file", "", "A=1\n"],
    ["one that is not there", "B=2", "B=2\nA=1\n"],
    ["one that is there", "# first\nA=0 # why\nB=2\n", "# first\nA=1\nB=2\n"],
    ["one that is there twice: the last counts", "A=0\nA=5\n", "A=0\nA=1\n"],
    ["one over several lines", 'A="x\ny"\nB=2\n', "A=1\nB=2\n"],
    ["one whose name another one ends with", "XA=0\n", "XA=0\nA=1\n"],
    ["one that is a comment", "# A=0\n", "# A=0\nA=1\n"],
    ["an exported one", "export A=0\n", "A=1\n"],
  ])("%s", (_what, before, after) => {
    expect(setVariables(before, { A: "1" })).toBe(after);
  });

  test("a value that cannot be read back the same is refused", () => {
    expect(() => setVariables("", { A: "'\"`" })).toThrow("A cannot be written");
  });

  test("whatever is written is read back, and the others stay", () => {
    const text = fc.string({ unit: fc.constantFrom(..." #$'=\\\"aZ0*|-") });
    fc.assert(
      fc.property(text, (value) => {
        const before = "B='kept'\n# a comment\nA=old\nC=2\n";
        let after: string;
        try {
          after = setVariables(before, { A: value });
        } catch {
          return;
        }
        expect(parseEnv(after)).toEqual({ A: value, B: "kept", C: "2" });
        expect(after).toContain("# a comment");
      }),
    );
  });
});
