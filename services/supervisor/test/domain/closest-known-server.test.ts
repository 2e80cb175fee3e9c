import { expect, test } from "@jest/globals";
import { closestKnownServer } from "../../src/domain/closest-known-server.ts";

test.each([
  ["fetch", "mcp-fetch"],
  ["echo-stateful3", "mcp-echo-stateful"],
  ["mcp-fecth", "mcp-fetch"],
  ["mcp-sequential-thinking", "mcp-sequentialthinking"],
  ["my-own-server", undefined],
])("who writes %s may mean %s", (written, meant) => {
  expect(closestKnownServer(written)).toBe(meant);
});
