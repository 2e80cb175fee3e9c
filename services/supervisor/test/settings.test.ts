import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readServers, readSettings } from "../src/settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what only the Docker stack does", () => {
  test.each([
    ["an image", { image: "python:3.13-slim" }, "gateway.image is for Docker"],
    ["replicas", { replicas: 2 }, "gateway.replicas is for Docker; here one proxy serves all its users"],
  ])("is named in a warning where a server runs on this machine: %s", async (_what, gateway, warning) => {
    const file = { mcpServers: { "mcp-time": { command: "uvx", gateway } } };
    writeFileSync(join(folder, "gateway.json"), JSON.stringify(file));
    const { warnings } = await readServers(readSettings({ HOME: folder }, folder));
    expect(warnings).toEqual([expect.stringContaining(`mcp-time: ${warning}`)]);
  });
});

test("a .env that cannot be read is named", () => {
  mkdirSync(join(folder, ".env"));
  expect(() => readSettings({ HOME: folder }, folder)).toThrow(`${join(folder, ".env")}: 1 problem`);
});
