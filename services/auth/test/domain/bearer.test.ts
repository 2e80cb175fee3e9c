import { describe, expect, test } from "@jest/globals";
import { checkBearer } from "../../src/domain/bearer.ts";

describe("Authorization header (RFC 6750 2.1)", () => {
  test.each([
    ["none", [], "no_token"],
    ["another scheme", ["Basic YTpi"], "no_token"],
    ["a scheme that only begins like it", ["BearerX abc"], "no_token"],
    ["an empty value", [""], "no_token"],
    ["no token after the scheme", ["Bearer"], "malformed"],
    ["blanks after the scheme", ["Bearer   "], "malformed"],
    ["a tab for the blank", ["Bearer\tabc"], "no_token"],
    ["two headers", ["Bearer abc", "Bearer abc"], "misplaced_token"],
    ["two headers folded into one", ["Bearer abc, Bearer def"], "misplaced_token"],
    ["a bearer token and another scheme", ["Bearer abc", "Basic YTpi"], "misplaced_token"],
  ])("refuses %s", (_what, authorization, refusal) => {
    expect(checkBearer(authorization)).toEqual({ ok: false, refusal });
  });

  test.each([["Bearer a.b-c_d~+/=="], ["bearer abc"], ["BEARER abc"], ["Bearer  abc"]])("reads %j", (header) => {
    expect(checkBearer([header])).toEqual({ ok: true, value: header.split(/ +/)[1] });
  });
});
