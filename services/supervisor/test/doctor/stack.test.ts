import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
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
function check(
  lines: readonly string[],
  ports: Record<string, string> = { GATEWAY_HTTP_PORT: "0", GATEWAY_HTTPS_PORT: "0" },
) {
  const docker = join(folder, "bin/docker");
  writeFileSync(docker, `#!/bin/sh\nif [ "$1" = ps ]; then printf '%b' '${lines.join("\\n")}'; fi\n`);
  chmodSync(docker, 0o755);
  const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret", ALLOWED_GITHUB_USERS: "*" };
  const path = { PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  return checkStack(
    commandContext(folder, { BASE_DOMAIN: "g.mydomain.dev", TLS: "local-ca", ...app, ...path, ...ports }),
  );
}

const running = ["traefik", "docker-socket", "auth", "redis"].map(
  (name) => `${name}\\trunning\\tUp 1 minute (healthy)`,
);

/** Ports of this machine of which the first is taken, while `use` runs. */
async function withTakenPort(use: (ports: Record<string, string>, taken: number) => Promise<void>) {
  const holder = createServer();
  await once(holder.listen(0, "127.0.0.1"), "listening");
  const { port: taken } = holder.address() as AddressInfo;
  try {
    await use({ GATEWAY_BIND: "127.0.0.1", GATEWAY_HTTP_PORT: String(taken), GATEWAY_HTTPS_PORT: "0" }, taken);
  } finally {
    holder.close();
  }
}

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

  test("whose port another program has says which, before it is started", () =>
    withTakenPort(async (ports, taken) => {
      expect((await check([], ports)).slice(1)).toEqual([
        expect.objectContaining({
          ...{ state: "warning", about: `port ${taken}`, found: expect.stringContaining("in use") },
          advice: expect.stringContaining("GATEWAY_HTTP_PORT"),
        }),
      ]);
    }));

  test.each(["created", "exited"])("whose Traefik is %s since its port is taken has a problem", (state) =>
    withTakenPort(async (ports, taken) => {
      const found = await check([...running.slice(1), `traefik\\t${state}\\t${state}`], ports);
      expect(found).toContainEqual(expect.objectContaining({ state: "problem", about: `port ${taken}` }));
    }),
  );

  test("that has its ports itself is not told that they are taken", () =>
    withTakenPort(async (ports) => {
      const found = await check(["traefik\\trunning\\tUp 1 minute (unhealthy)", ...running.slice(1)], ports);
      expect(found.map(({ about }) => about)).not.toContainEqual(expect.stringMatching(/^port/));
    }));

  test("that is to listen on an address of another machine has a problem", async () => {
    const found = await check(["traefik\\tcreated\\tCreated"], { GATEWAY_BIND: "192.0.2.1" });
    expect(found).toContainEqual(
      expect.objectContaining({ about: "port 80", advice: expect.stringContaining("GATEWAY_BIND") }),
    );
  });

  test("that is well has no problem", async () => {
    const found = await check([...running, "mcp-time\\trunning\\tUp 1 minute (healthy)"]);
    expect(found.map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  });
});
