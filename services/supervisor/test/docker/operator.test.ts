import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Command } from "../../src/command.ts";
import { askingAuth } from "../../src/docker/mode.ts";
import { clients } from "../../src/verbs/clients.ts";
import { restore } from "../../src/verbs/restore.ts";
import { stats } from "../../src/verbs/stats.ts";
import { commandContext } from "../fixtures/command-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docker-operator-"));
  writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{}}');
  mkdirSync(join(folder, "bin"));
  symlinkSync(fileURLToPath(new URL("../fixtures/docker.mjs", import.meta.url)), join(folder, "bin/docker"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const asked = () => JSON.parse(readFileSync(join(folder, "asked"), "utf8"));

/** Runs a verb against a stack whose auth says this, or does not run. */
function run(verb: Command, args: readonly string[], says?: { status: number; body: unknown }) {
  const answer = says && JSON.stringify({ status: says.status, body: JSON.stringify(says.body) });
  const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret", ALLOWED_GITHUB_USERS: "*" };
  const stack = { BASE_DOMAIN: "g.mydomain.dev", TLS: "local-ca", GATEWAY_DATA_DIR: join(folder, "data"), ...app };
  const path = `${join(folder, "bin")}:${process.env.PATH}`;
  const docker = { PATH: path, DOCKER_ASKED: join(folder, "asked"), ...(answer ? { DOCKER_SAYS: answer } : {}) };
  return askingAuth(verb).run(args, commandContext(folder, { ...stack, ...docker }));
}

describe("the operator API of a stack", () => {
  test("is asked from within auth's container, and its refusal is the verb's", async () => {
    const body = { error: "No client has the id absent." };
    await expect(run(clients, ["show", "absent"], { status: 404, body })).rejects.toThrow(body.error);
    const ask = ["node", "/usr/local/bin/ask-operator.mjs", "GET", "/clients/absent"];
    expect(asked()).toEqual({ args: ["exec", "--interactive", "c0ffee", ...ask], input: "" });
  });

  test("that does not run is told with what to do", async () => {
    await expect(run(stats, [])).rejects.toThrow(/auth of the stack .* does not run.*just up/);
  });

  test("is not asked where --local is said", async () => {
    const verb = run(stats, ["--local"], { status: 200, body: {} });
    await expect(verb).rejects.toThrow(/The gateway is not running \(data folder/);
  });

  test("gets what a verb has read from a file, not from the stack", async () => {
    const backup = { gateway: "a backup" };
    writeFileSync(join(folder, "backup.json"), JSON.stringify(backup));
    await expect(run(restore, ["backup.json"], { status: 400, body: { error: "no backup" } })).rejects.toThrow(
      "no backup",
    );
    expect(JSON.parse(asked().input)).toEqual(backup);
  });

  test("gives a verb what it asked for", async () => {
    const counts = { clients: { total: 0, used: 0, never_used: 0 }, tokens: { total: 0, of_clients: 0, personal: 0 } };
    expect(await run(stats, [], { status: 200, body: { ...counts, users: 0, tokens_by_server: {} } })).toBe(0);
  });
});
