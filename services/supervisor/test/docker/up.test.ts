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

  test.each([
    ["the provider alone", { ACME_DNS_PROVIDER: "hetzner" }, "ACME_DNS_ENV_FILE"],
    ["its file alone", { ACME_DNS_ENV_FILE: "dns.env" }, "ACME_DNS_PROVIDER"],
    ["a file that is not there", { ACME_DNS_PROVIDER: "hetzner", ACME_DNS_ENV_FILE: "dns.env" }, "there is no file"],
    ["an authority's file that is not there", { ACME_CA_FILE: "ca.pem" }, "there is no file"],
    ["an authority that is no URL", { ACME_CA_SERVER: "letsencrypt" }, "ACME_CA_SERVER"],
  ])("refuses certificates by ACME with %s", async (_what, more, named) => {
    await expect(upWith({ ...settings, TLS: "acme", ...more })).rejects.toThrow(named);
  });

  test.each([
    ["redis://127.0.0.1:6379", "its loopback is not this machine's"],
    ["redis://localhost:6379", "its loopback is not this machine's"],
    ["redis://:canary@[::1]:6379", "its loopback is not this machine's"],
    ["redis://:canary@redis:6379", "its password in REDIS_PASSWORD"],
    ["redis://redis:6380", "redis://redis:6379"],
    ["http://store.example", "redis:// or rediss://"],
  ])("refuses REDIS_URL=%s, and does not show it", async (url, reason) => {
    const refused = await upWith({ ...settings, REDIS_URL: url }).catch((error: Error) => error.message);
    expect(refused).toMatch(new RegExp(`REDIS_URL.*${reason}`));
    expect(refused).not.toContain("canary");
  });

  test("says what to do where no engine answers", async () => {
    const nowhere = { DOCKER_HOST: `unix://${join(folder, "none.sock")}` };
    await expect(upWith({ ...settings, ...nowhere })).rejects.toThrow(/No Docker engine answers[\s\S]*just up --local/);
  });
});
