import { expect, test } from "@jest/globals";
import { grantableScope, narrowScope } from "../../src/domain/scope.ts";

test.each([
  [undefined, "mcp"],
  ["", "mcp"],
  ["openid profile email", "mcp"],
  ["mcp", "mcp"],
  ["offline_access", "mcp offline_access"],
  ["offline_access mcp mcp unknown", "mcp offline_access"],
  ['mcp " \\', "mcp"],
])("asked %j, grantable %j", (asked, granted) => {
  expect(grantableScope(asked)).toBe(granted);
});

test.each([
  ["mcp", "mcp offline_access", undefined],
  ["mcp", "admin", undefined],
  ["mcp", " ", undefined],
  ["mcp offline_access", undefined, "mcp offline_access"],
  ["mcp offline_access", "mcp", "mcp"],
  ["mcp offline_access", "offline_access mcp", "mcp offline_access"],
])("granted %j, a refresh asks %j -> %j", (granted, asked, narrowed) => {
  expect(narrowScope(granted, asked)).toBe(narrowed);
});
