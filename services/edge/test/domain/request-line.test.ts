import { describe, expect, test } from "@jest/globals";
import { checkRequestLine } from "../../src/domain/request-line.ts";

const check = (target: string, ...rawHeaders: string[]) => checkRequestLine("GET", target, rawHeaders);

describe("a request that two programs could read differently", () => {
  test.each([
    ["no Host", check("/mcp"), "host_not_single"],
    ["two Hosts", check("/mcp", "Host", "a.localhost", "HOST", "b.localhost"), "host_not_single"],
    [
      "two Authorizations",
      check("/mcp", "Host", "a", "Authorization", "Bearer 1", "authorization", "Bearer 2"),
      "authorization_not_single",
    ],
    ["another host in the target", check("http://b.localhost/mcp", "Host", "a.localhost"), "host_differs_from_target"],
    ["another port in the target", check("http://a:81/mcp", "Host", "a:80"), "host_differs_from_target"],
  ])("is refused: %s", (_what, result, ambiguity) => expect(result).toEqual({ ambiguity }));

  test.each([
    "/m1%2f..%2fm2/mcp",
    "/m1%5cmcp",
    "/m1\\mcp",
    "/m1//mcp",
    "//mcp",
    "/m1/../m2/mcp",
    "/m1/./mcp",
    "/m1/%2e%2E/mcp",
    "/m1/.%2e/mcp",
    "/mcp/..",
    "/mcp#x",
    "/mcp\u00e9",
    "*",
    "",
  ])("is refused: path %s", (target) => {
    expect(check(target, "Host", "a.localhost")).toEqual({ ambiguity: "path_not_plain" });
  });
});

describe("host and path of a request", () => {
  test.each([
    ["the port", "/mcp", "a.localhost:8080", "a.localhost"],
    ["the case", "/mcp", "A.LocalHost", "a.localhost"],
    ["one trailing dot", "/mcp", "a.localhost.:8080", "a.localhost"],
  ])("are read without %s", (_what, target, authority, host) => {
    expect(check(target, "Host", authority)).toMatchObject({ authority, host, path: "/mcp", query: "" });
  });

  test("two trailing dots are another name", () => {
    expect(check("/mcp", "Host", "a..")).toMatchObject({ host: "a." });
  });

  test("dots inside a name and an encoded letter stay as they are", () => {
    expect(check("/.well-known/a..b/%6dcp", "Host", "a")).toMatchObject({ path: "/.well-known/a..b/%6dcp" });
  });

  test("the query is not read as a path", () => {
    expect(check("/authorize?resource=http://a//b/../c", "Host", "a")).toMatchObject({
      path: "/authorize",
      query: "?resource=http://a//b/../c",
    });
  });

  test("an absolute target with the same host is read like the origin form", () => {
    expect(check("http://A:8080/mcp?x=1", "Host", "a:8080")).toMatchObject({ host: "a", path: "/mcp", query: "?x=1" });
    expect(check("http://a", "Host", "a")).toMatchObject({ path: "/" });
  });
});
