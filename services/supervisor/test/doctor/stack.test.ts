import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkStack } from "../../src/doctor/stack.ts";
import { commandContext } from "../fixtures/command-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "doctor-stack-"));
  writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{"mcp-time":{"command":"uvx","args":["t"]}}}');
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Looks at a stack whose engine answers `docker ps` with these lines. */
function check(lines: readonly string[]) {
  const docker = join(folder, "bin/docker");
  writeFileSync(docker, `#!/bin/sh\nif [ "$1" = ps ]; then printf '%b' '${lines.join("\\n")}'; fi\n`);
  chmodSync(docker, 0o755);
  const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret", ALLOWED_GITHUB_USERS: "*" };
  const path = { PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  return checkStack(commandContext(folder, { BASE_DOMAIN: "g.mydomain.dev", TLS: "local-ca", ...app, ...path }));
}

const running = ["traefik", "docker-socket", "auth", "redis"].map(
  (name) => `${name}\\trunning\\tUp 1 minute (healthy)`,
);

describe("the doctor, of the Docker stack", () => {
  test("that does not run here says so, and how to start it", async () => {
    expect(await check([])).toEqual([
      expect.objectContaining({ state: "warning", advice: expect.stringContaining("just up") }),
    ]);
  });

  test("names the container that is not well, and its log", async () => {
    const found = await check([...running, "mcp-time\\texited\\tExited (1) 1 minute ago"]);
    expect(found.filter(({ state }) => state !== "ok")).toEqual([
      expect.objectContaining({
        state: "problem",
        about: "server mcp-time",
        found: "its container is exited",
        advice: "just logs mcp-time",
      }),
    ]);
  });

  test("that is well has no problem", async () => {
    const found = await check([...running, "mcp-time\\trunning\\tUp 1 minute (healthy)"]);
    expect(found.map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  });
});
