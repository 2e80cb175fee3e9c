import { describe, expect, test } from "@jest/globals";
import { grantableScope, narrowScope, scopesOf, scopesSupported, supportedScope } from "../../src/domain/scope.ts";

const plain = {};
const files = {
  scopes: [
    { name: "files:read", title: "read files" },
    { name: "files:write", title: "change files", implies: ["files:read"] },
    { name: "files:admin", title: "share files", implies: ["files:write"] },
  ],
};
const all = "mcp files:read files:write files:admin";

describe("the scope to grant", () => {
  test.each([
    [undefined, "mcp"],
    ["", "mcp"],
    ["openid profile email", "mcp"],
    ["mcp", "mcp"],
    ["offline_access", "mcp offline_access"],
    ["offline_access mcp mcp unknown", "mcp offline_access"],
    ['mcp " \\', "mcp"],
    ["mcp files:read", "mcp"],
  ])("asked %j of a server without scopes: %j", (asked, granted) => {
    expect(grantableScope(asked, plain)).toBe(granted);
  });

  test.each([
    [undefined, all],
    ["openid", all],
    ["offline_access", `${all} offline_access`],
    ["mcp", "mcp"],
    ["mcp offline_access", "mcp offline_access"],
    ["files:read", "mcp files:read"],
    ["files:write", "mcp files:read files:write"],
    ["files:admin mcp", all],
    ["time:set files:read", "mcp files:read"],
    ["FILES:READ", all],
  ])("asked %j of a server with scopes: %j", (asked, granted) => {
    expect(grantableScope(asked, files)).toBe(granted);
    expect(grantableScope(granted, files)).toBe(granted);
  });

  test.each([
    [undefined, ""],
    ["openid files:wipe", ""],
    ["offline_access files:write mcp", "mcp files:write offline_access"],
  ])("asked %j while no server is chosen: %j is kept", (asked, kept) => {
    expect(supportedScope(asked, [plain, files])).toBe(kept);
  });
});

test("a server has mcp, then its own scopes as they are declared", () => {
  expect(scopesOf(plain)).toEqual(["mcp"]);
  expect(scopesOf(files).join(" ")).toBe(all);
});

test("the gateway has those of every server, each once", () => {
  expect(scopesSupported([])).toEqual(["mcp", "offline_access"]);
  expect(scopesSupported([plain, files, files]).join(" ")).toBe(`${all} offline_access`);
});

describe("the scope of a refresh (RFC 6749 6)", () => {
  const servers = [plain, files, { scopes: [{ name: "time:set", title: "set the clock" }] }];

  test.each([
    ["mcp", "files:read"],
    ["mcp files:read", "mcp files:read files:write"],
    ["mcp files:read offline_access", "offline_access files:admin"],
    ["mcp", "mcp admin"],
    ["mcp files:read", "FILES:READ"],
  ])("granted %j, nothing is added: %j", (scope, asked) => {
    expect(narrowScope({ scope, server: files }, asked, servers)).toBeUndefined();
  });

  test.each([
    ["mcp", undefined, "mcp"],
    ["mcp", " ", "mcp"],
    ["mcp", "mcp offline_access", "mcp"],
    ["mcp", "openid profile email", "mcp"],
    ["mcp", "openid time:set mcp", "mcp"],
    ["mcp files:read", "openid", "mcp files:read"],
    ["mcp offline_access", undefined, "mcp offline_access"],
    ["mcp offline_access", "mcp", "mcp"],
    ["mcp offline_access", "offline_access mcp", "mcp offline_access"],
    ["mcp files:read files:write", "mcp files:read", "mcp files:read"],
    ["mcp files:read files:write", "files:read", "mcp files:read"],
    ["mcp files:read files:write", "files:write", "mcp files:read files:write"],
    ["mcp files:gone", "mcp files:gone", "mcp files:gone"],
  ])("granted %j, asked %j: %j", (scope, asked, narrowed) => {
    expect(narrowScope({ scope, server: files }, asked, servers)).toBe(narrowed);
  });
});
