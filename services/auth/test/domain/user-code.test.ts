import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { makeUserCode, readUserCode, renderUserCode } from "../../src/domain/user-code.ts";

describe("user codes (RFC 8628 6.1)", () => {
  test("every code is read back from how it is shown, whatever the case and the dashes", () => {
    const picks = fc.array(fc.nat(19), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(picks, (numbers) => {
        const left = [...numbers];
        const userCode = makeUserCode(() => left.shift() ?? 0);
        expect(renderUserCode(userCode)).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
        for (const typed of [userCode, renderUserCode(userCode), ` ${renderUserCode(userCode).toLowerCase()} `]) {
          expect(readUserCode(typed)).toBe(userCode);
        }
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["a letter too few", "BCDF-GHJ"],
    ["a letter too many", "BCDF-GHJKL"],
    ["a vowel", "BCDA-GHJK"],
    ["a digit", "BCD1-GHJK"],
    ["another alphabet's letter", "ВCDF-GHJK"],
    ["a very long text", "BCDF-GHJK".padEnd(1000)],
  ])("%s is none", (_what, typed) => {
    expect(readUserCode(typed)).toBeUndefined();
  });
});
