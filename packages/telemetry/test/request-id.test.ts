import { describe, expect, test } from "@jest/globals";
import { requestIdOf } from "../src/index.ts";

const made = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("the id of a request", () => {
  test.each([
    ["none is given", []],
    ["an empty one", ["X-Request-Id", ""]],
    ["one of 65 characters", ["X-Request-Id", "a".repeat(65)]],
    ["one that would break a line", ["X-Request-Id", "a\nb"]],
    ["one that ends a line", ["X-Request-Id", "a\n"]],
    ["one with a space", ["X-Request-Id", "a b"]],
    ["one with a letter beyond ASCII", ["X-Request-Id", "ä"]],
    ["two", ["X-Request-Id", "a", "x-request-id", "b"]],
    ["another spelling of the header", ["X_Request_Id", "a"]],
  ])("is made where there is %s", (_what, rawHeaders) => {
    expect(requestIdOf(rawHeaders)).toMatch(made);
  });

  test("is another one each time", () => {
    expect(requestIdOf([])).not.toBe(requestIdOf([]));
  });

  test.each([
    ["X-Request-Id", "a"],
    ["x-request-ID", "9F.b_c-d"],
    ["X-Request-Id", "z".repeat(64)],
  ])("is kept where %s: %s is given", (name, value) => {
    expect(requestIdOf(["Host", "a", name, value])).toBe(value);
  });
});
