import { describe, expect, test } from "@jest/globals";
import { corsHeaders, isAllowedOrigin } from "../../src/domain/cors.ts";

describe("a browser origin", () => {
  test.each([
    ["null", ["*"], false],
    ["https://evil.example", ["loopback"], false],
    ["http://localhost.evil.example", ["loopback"], false],
    ["http://localhost:1@evil.example", ["loopback"], false],
    ["https://a.example", [], false],
    ["https://a.example.evil", ["https://a.example"], false],
    ["https://a.example", ["https://a.example"], true],
    ["http://localhost:5173", ["loopback"], true],
    ["http://mcp-time.localhost:8080", ["loopback"], true],
    ["http://127.0.0.1:6274", ["loopback"], true],
    ["http://[::1]:6274", ["loopback"], true],
    ["https://any.example", ["*"], true],
  ])("%s with %j allowed: %s", (origin, allowed, expected) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(expected);
  });

  test("is named in the answer, never with credentials; the answer varies by it either way", () => {
    expect(corsHeaders(["Origin", "http://localhost:1"], ["loopback"])).toEqual([
      ["Vary", "Origin"],
      ["Access-Control-Allow-Origin", "http://localhost:1"],
      ["Access-Control-Expose-Headers", "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After"],
    ]);
    expect(corsHeaders(["Origin", "https://evil.example"], ["loopback"])).toEqual([["Vary", "Origin"]]);
    expect(corsHeaders([], ["*"])).toEqual([["Vary", "Origin"]]);
  });
});
