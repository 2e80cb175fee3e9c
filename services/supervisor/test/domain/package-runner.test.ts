import { describe, expect, test } from "@jest/globals";
import { fetchKey } from "../../src/domain/package-runner.ts";

const key = (...command: string[]) => fetchKey({ name: "s", command });

describe("what two servers may not fetch at the same time", () => {
  test.each([
    [["npx", "-y", "@scope/pkg", "--flag"], "npx @scope/pkg"],
    [["/usr/bin/npx", "--yes", "@scope/pkg", "other"], "npx @scope/pkg"],
    [["npx", "-p", "@scope/pkg", "bin"], "npx @scope/pkg"],
    [["npx", "--package", "@scope/pkg", "-c", "bin x"], "npx @scope/pkg"],
    [["uvx", "mcp-server-time", "--local-timezone", "UTC"], "uvx mcp-server-time"],
    [["uvx", "--python", "3.12", "mcp-server-time"], "uvx mcp-server-time"],
    [["uvx", "--from", "mcp-server-time", "x"], "uvx mcp-server-time"],
    [["npx"], "npx "],
    [["node", "server.js"], "s"],
    [["docker", "run", "npx"], "s"],
  ])("%j: %s", (command, expected) => expect(key(...command)).toBe(expected));
});
