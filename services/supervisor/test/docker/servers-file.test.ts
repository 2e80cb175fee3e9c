import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { render } from "../../src/verbs/render.ts";
import { commandContext } from "../fixtures/command-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "servers-file-"));
  writeFileSync(
    join(folder, "gateway.json"),
    '{"mcpServers":{"mcp-time":{"command":"uvx","args":["mcp-server-time"]}}}',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = () => join(folder, "compose/servers.yml");
const say = (args: string[], env = {}) => render.run(args, commandContext(folder, env));

describe("just render", () => {
  test("--check writes nothing, and says what to do where the file is missing or another", async () => {
    await expect(say(["--check"])).rejects.toThrow("just render");
    expect(existsSync(file())).toBe(false);
    await say([]);
    writeFileSync(file(), `${readFileSync(file(), "utf8")}# by hand\n`);
    await expect(say(["--check"])).rejects.toThrow("just render");
  });

  test("refuses a server that is called as a container of the gateway's own", async () => {
    writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{"redis":{"command":"uvx"}}}');
    await expect(say([])).rejects.toThrow("redis");
  });

  test("writes what --check accepts, and leaves a file as it is that says the same", async () => {
    expect(await say([])).toBe(0);
    expect(await say(["--check"])).toBe(0);
    const { ino } = statSync(file());
    await say([]);
    expect(statSync(file()).ino).toBe(ino);
  });

  test("needs no other setting of the Docker mode, and takes ROUTING", async () => {
    await say([], { ROUTING: "path" });
    expect(readFileSync(file(), "utf8")).toContain("Path(`/mcp-time/mcp`)");
  });
});
