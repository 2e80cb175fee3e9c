import { describe, expect, test } from "@jest/globals";
import { allowedRequestHeaders, isOriginAllowed } from "../../src/domain/cors.ts";

describe("origins of browser clients (decision 30)", () => {
  test.each([
    [[], "http://localhost:6274", false],
    [["*"], "null", false],
    [["https://app.example"], "https://app.example.evil", false],
    [["https://app.example"], "http://app.example", false],
    [["https://app.example"], "https://app.example/", false],
    [["loopback"], "https://app.example", false],
    [["loopback"], "http://localhost.evil:80", false],
    [["loopback"], "http://127.0.0.1.evil", false],
    [["loopback"], "http://localhost@evil.example", false],
    [["loopback"], "http://localhost:6274", true],
    [["loopback"], "http://127.0.0.1:1", true],
    [["loopback"], "http://[::1]:6274", true],
    [["https://app.example"], "https://app.example", true],
    [["*"], "https://any.example", true],
  ])("%j, page at %s: %s", (allowed, origin, result) => {
    expect(isOriginAllowed(allowed, origin)).toBe(result);
  });
});

describe("headers that a page may send", () => {
  test("are the fixed list and each mcp-param-* that was asked for (mcp-wire 3.2)", () => {
    const allowed = allowedRequestHeaders("authorization, Mcp-Param-City, x-user-id, mcp-param-, mcp-param-a b");
    expect(allowed.split(", ")).toContain("mcp-param-city");
    expect(allowed).toContain("Authorization");
    expect(allowed).not.toMatch(/x-user-id|mcp-param-,|a b/);
  });

  test("are bounded", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `mcp-param-${index}`).join(",");
    expect(allowedRequestHeaders(many).length).toBeLessThan(2_000);
  });
});
