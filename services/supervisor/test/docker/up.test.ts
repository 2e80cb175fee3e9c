import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { dockerCommands } from "../../src/docker/commands.ts";
import { commandContext } from "../fixtures/command-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docker-up-"));
  writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{}}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const upWith = (env: NodeJS.ProcessEnv) => dockerCommands.up.run([], commandContext(folder, env));
const settings = {
  BASE_DOMAIN: "mcp.example.com",
  TLS: "local-ca",
  GITHUB_CLIENT_ID: "id",
  GITHUB_CLIENT_SECRET: "secret",
};

describe("just up --docker", () => {
  test("names what is missing, before anything is asked of Docker", async () => {
    await expect(upWith({})).rejects.toThrow("BASE_DOMAIN");
    await expect(upWith({ ...settings, TLS: "self-signed" })).rejects.toThrow("acme, local-ca or off");
    await expect(upWith({ ...settings, GITHUB_CLIENT_SECRET: "" })).rejects.toThrow("GITHUB_CLIENT_SECRET");
  });

  test("says what to do where no engine answers", async () => {
    const nowhere = { DOCKER_HOST: `unix://${join(folder, "none.sock")}` };
    await expect(upWith({ ...settings, ...nowhere })).rejects.toThrow(/No Docker engine answers[\s\S]*just up --local/);
  });
});
