import { expect, test } from "@jest/globals";
import { heldScope, permissionsOf } from "../../src/domain/permissions.ts";
import { grantOf } from "../fixtures/grant.ts";

const files = {
  scopes: [
    { name: "files:read", title: "read files" },
    { name: "files:write", title: "change files" },
  ],
};
const base = "use this MCP server in your name, apart from what needs a permission of its own";

test.each([
  ["mcp", "", [base], []],
  ["mcp files:read files:write", "", [base, "read files", "change files"], []],
  ["mcp files:read files:write", "mcp files:read", ["change files"], [base, "read files"]],
  ["mcp files:read", "mcp files:read files:write", [], [base, "read files"]],
  ["mcp files:write offline_access", "mcp offline_access", ["change files"], [base]],
])("%j where the client has %j", (scope, has, added, held) => {
  expect(permissionsOf(scope, files, has)).toEqual({ added, held });
});

test("a server without scopes of its own is used with mcp as a whole", () => {
  const { added } = permissionsOf("mcp offline_access", {});
  expect(added).toEqual(["see and use everything this MCP server offers, in your name"]);
});

test("what a client has at a server is all that its grants there have, under any identifier", () => {
  const grants = [
    grantOf("1", 0, { resource: "http://a/mcp", scope: "mcp a" }),
    grantOf("2", 0, { resource: "http://a2/mcp", scope: "mcp b" }),
    grantOf("3", 0, { resource: "http://b/mcp", scope: "mcp c" }),
    grantOf("4", 0, { resource: "http://a/mcp", scope: "mcp d", clientId: "client_2" }),
  ];
  const server = { name: "a", title: "a", identifiers: ["http://a/mcp", "http://a2/mcp"] as [string, string] };
  expect(heldScope(grants, { clientId: "client_1", server })).toBe("mcp a mcp b");
});
