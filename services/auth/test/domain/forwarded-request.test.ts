import { describe, expect, test } from "@jest/globals";
import { checkForwardedRequest } from "../../src/domain/forwarded-request.ts";

const good = ["X-Forwarded-Host", "h.example", "X-Forwarded-Method", "POST", "X-Forwarded-Uri", "/mcp"];

describe("what the edge forwards (decisions 35, 36)", () => {
  test.each([
    ["no host", good.slice(2)],
    ["no method", [...good.slice(0, 2), ...good.slice(4)]],
    ["no path", good.slice(0, 4)],
    ["an empty host", ["X-Forwarded-Host", "", ...good.slice(2)]],
    ["two hosts", [...good, "x-forwarded-host", "h.example"]],
    ["two hosts folded into one", ["X-Forwarded-Host", "h.example, m.example", ...good.slice(2)]],
    ["two methods", [...good, "X-FORWARDED-METHOD", "OPTIONS"]],
    ["two paths", [...good, "X-Forwarded-Uri", "/mcp"]],
    ["underscores for dashes", good.map((text) => text.replaceAll("X-Forwarded-", "X_Forwarded_"))],
  ])("refuses %s", (_what, rawHeaders) => {
    expect(checkForwardedRequest(rawHeaders)).toEqual({ ok: false, refusal: "not_forwarded" });
  });

  test.each([
    ["/m1/../mcp"],
    ["/m1/./mcp"],
    ["/.."],
    ["/m1%2f..%2fm2/mcp"],
    ["/m1%2Fmcp"],
    ["/m1%5cmcp"],
    ["/m1\\mcp"],
    ["/%2e%2e/mcp"],
    ["//mcp"],
    ["/m1//mcp"],
    ["/mcp//"],
    ["/m cp"],
    ["/mcp\u0000"],
    ["http://h.example/mcp"],
    ["mcp"],
    ["*"],
  ])("refuses the path %j, which could be read in two ways", (path) => {
    expect(checkForwardedRequest([...good.slice(0, 5), path])).toEqual({ ok: false, refusal: "ambiguous_path" });
  });

  test("ignores underscore spellings beside the real names", () => {
    const request = checkForwardedRequest([
      ...good,
      "X_Forwarded_Host",
      "evil.example",
      "X_Forwarded_Method",
      "OPTIONS",
    ]);
    expect(request).toMatchObject({ ok: true, value: { host: "h.example", method: "POST" } });
  });

  test("drops the query and gives every Authorization header", () => {
    const headers = [...good.slice(0, 5), "/mcp?access_token=x,//..", "authorization", "a", "Authorization", "b"];
    const request = checkForwardedRequest(headers);
    expect(request).toMatchObject({ ok: true, value: { path: "/mcp", authorization: ["a", "b"] } });
  });
});
