import { describe, expect, test } from "@jest/globals";
import { findByPartialId } from "../../src/domain/partial-id.ts";

describe("a part of an id", () => {
  test.each([
    ["of none", ["alpha"], "beta", { ok: false, refusal: "unknown" }],
    ["of several", ["alpha-1", "alpha-2"], "alpha", { ok: false, refusal: "ambiguous" }],
    ["that is too short", ["alpha"], "alp", { ok: false, refusal: "unknown" }],
    ["that is empty", ["alpha"], "", { ok: false, refusal: "unknown" }],
    ["of one alone", ["alpha", "beta-1"], "beta", { ok: true, value: "beta-1" }],
    ["that is a whole id, though another one has it too", ["abcd", "abcde"], "abcd", { ok: true, value: "abcd" }],
    ["that is a short whole id", ["a", "b"], "a", { ok: true, value: "a" }],
  ])("%s", (_what, ids, part, found) => {
    expect(findByPartialId(ids, (one) => one, part)).toEqual(found);
  });
});
