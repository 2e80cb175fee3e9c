import { parseMessages } from "@gateway/protocol";
import { describe, expect, test } from "@jest/globals";
import { compileScopeRules } from "../../src/scopes/scope-guard.ts";

const guard = compileScopeRules({
  "files:read": { tools: ["read_*"], methods: ["resources/read"] },
  "files:write": { tools: ["write_*", "read_and_write"], implies: ["files:read"] },
  "files:admin": { implies: ["files:write"] },
});
const request = (method: string, params: object = {}) => ({ jsonrpc: "2.0", id: 1, method, params });
const call = (name: unknown) => request("tools/call", { name });
const missing = (granted: string, ...messages: object[]) =>
  guard(granted, parseMessages(JSON.stringify(messages)).messages)?.scope;

describe("what is asked for when a token's scope is too small", () => {
  test.each([
    ["a tool of a scope", "mcp", call("write_file"), "mcp files:write"],
    ["a method of a scope", "mcp", request("resources/read", { uri: "a" }), "mcp files:read"],
    ["a tool of two scopes", "mcp", call("read_and_write"), "mcp files:read files:write"],
    ["what the token has already, too", "mcp files:read", call("write_file"), "mcp files:read files:write"],
    ["nothing of other servers' scopes", "mcp offline_access time:set", call("read_file"), "mcp files:read"],
    ["a token without any scope", "", call("read_file"), "mcp files:read"],
    [
      "a message without an id",
      "mcp",
      { jsonrpc: "2.0", method: "tools/call", params: { name: "write_x" } },
      "mcp files:write",
    ],
  ])("%s", (_what, granted, message, scope) => expect(missing(granted, message)).toBe(scope));

  test("subscribing in the words of 2026-07-28 needs what resources/subscribe does", () => {
    const rules = compileScopeRules({ "files:watch": { methods: ["resources/subscribe"] } });
    const { messages } = parseMessages(JSON.stringify(request("subscriptions/listen")));
    expect(rules("mcp", messages)?.scope).toBe("mcp files:watch");
    expect(rules("mcp files:watch", messages)).toBeUndefined();
  });

  test("a batch needs what all of it needs", () => {
    expect(missing("mcp", call("echo"), call("read_x"), call("write_x"))).toBe("mcp files:read files:write");
  });
});

describe("what a token may do", () => {
  test.each([
    ["a tool that no scope names", "mcp", call("echo")],
    ["a tool whose name is none", "mcp", call(["write_file"])],
    ["lists", "mcp", request("tools/list")],
    ["a method that no scope names", "mcp", request("resources/list")],
    ["a tool of its scope", "mcp files:write", call("write_file")],
    ["what its scope implies", "mcp files:write", call("read_and_write")],
    ["what its scope implies by way of another", "mcp files:admin", request("resources/read")],
    ["an argument that is called like a tool", "mcp", request("prompts/get", { name: "write_file" })],
    ["answers", "mcp", { jsonrpc: "2.0", id: 1, result: { name: "write_file" } }],
  ])("%s", (_what, granted, message) => expect(missing(granted, message)).toBeUndefined());
});
