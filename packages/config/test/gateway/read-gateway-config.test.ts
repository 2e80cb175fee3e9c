import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readGatewayConfig } from "../../src/index.ts";

describe("readGatewayConfig", () => {
  let folder: string;
  const context = { env: {}, reservedNames: new Set<string>() };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-config-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("reads the file and the envFile it names", async () => {
    await writeFile(join(folder, "own.env"), "KEY=value\n");
    await writeFile(join(folder, "gateway.json"), '{"mcpServers": {"a": {"command": "x", "envFile": "own.env"}}}');
    const { servers } = await readGatewayConfig(join(folder, "gateway.json"), context);
    expect(servers).toEqual([expect.objectContaining({ env: { KEY: "value" } })]);
  });

  test.each([
    ["absent.json", "found no such file"],
    [".", "found a folder"],
  ])("says what is wrong with a file that cannot be read: %s", async (name, found) => {
    await expect(readGatewayConfig(join(folder, name), context)).rejects.toThrow(found);
  });
});
