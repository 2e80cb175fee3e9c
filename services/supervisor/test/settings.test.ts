import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readServers, readServersToRun, readSettings } from "../src/settings.ts";

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

test("a port of metrics is named in a warning where each process would need its own", async () => {
  writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{}}');
  const { warnings } = await readServers(readSettings({ HOME: folder, METRICS_PORT: "9464" }, folder));
  expect(warnings).toEqual([expect.stringMatching(/^METRICS_PORT is for Docker; .*operator socket/)]);
});

test("an image alone is no server of this machine, and is listed all the same", async () => {
  const file = { mcpServers: { "mcp-everything": { url: "http://mcp-everything:3000/mcp", gateway: { image: "x" } } } };
  writeFileSync(join(folder, "gateway.json"), JSON.stringify(file));
  const settings = readSettings({ HOME: folder }, folder);
  await expect(readServersToRun(settings)).rejects.toThrow(/mcp-everything\.gateway\.image.*command.*BASE_DOMAIN/);
  expect((await readServers(settings)).servers).toHaveLength(1);
  const off = readSettings({ HOME: folder, MCP_EVERYTHING_ENABLED: "false" }, folder);
  expect((await readServersToRun(off)).servers).toHaveLength(1);
});

test("a .env that cannot be read is named", () => {
  mkdirSync(join(folder, ".env"));
  expect(() => readSettings({ HOME: folder }, folder)).toThrow(`${join(folder, ".env")}: 1 problem`);
});
