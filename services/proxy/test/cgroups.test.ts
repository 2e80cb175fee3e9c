import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findDelegated, openCgroups } from "@gateway/subprocess";
import { afterEach, describe, expect, test } from "@jest/globals";
import { TestClient, until } from "./fixtures/client.ts";
import { isRunning } from "./fixtures/is-running.ts";
import { fixture, openProxy, type RunningProxy } from "./fixtures/proxy.ts";
import { describeOnUserModeLinux } from "./fixtures/user-mode-linux.ts";

const megabyte = 1_048_576;
const resources = { memory: 150 * megabyte, pids: 8, cpus: 0.5 };
const place = findDelegated();
const cgroups = place && openCgroups(place, resources);
const needed = "a cgroup v2 with memory, pids and cpu that was left to us: a container's, or Delegate=yes";
const describeWithCgroups = cgroups === undefined ? describeOnUserModeLinux(import.meta.url, needed) : describe;

// Milliseconds, and bounds only: on a kernel that is a program, on a busy machine, everything may take long.
const patient = { startup: 60_000, request: 60_000 };
const longest = 180_000;

/** The groups of children that there are now. */
function groups(): readonly string[] {
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  const here = place?.folder ?? "";
  const base = own?.endsWith("/gateway") && here.endsWith("/gateway") ? dirname(here) : here;
  return readdirSync(base).filter((name) => /^mcp-\d+-\d+$/.test(name));
}

let proxy: RunningProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
const open = async () => {
  proxy = await openProxy({ limits: { resources, ...patient }, ...(cgroups === undefined ? {} : { cgroups }) });
  return proxy;
};

describeWithCgroups("limits held by the kernel", () => {
  test.each([
    ["memory, in a process of its own", "hog", { megabytes: 400 }, "memory: 150m"],
    ["processes that left its group", "storm", { processes: 20 }, "pids: 8"],
    ["processes as fast as it can start them", "forkBomb", {}, "pids: 8"],
  ])(
    "a child that goes beyond its %s ends alone, with an error that names the limit",
    async (_what, tool, args, limit) => {
      const { url } = await open();
      const bystander = await TestClient.open(url, { user: "bystander" });
      const client = await TestClient.open(url, { user: "greedy" });
      const pid = Number(await client.tool("pid"));
      const { json } = await client.call(5, tool, args);
      expect(json).toMatchObject({ id: 5, error: { code: -32_603, data: { reason: "limit_exceeded", limit } } });
      await until(() => !isRunning(pid), 60_000);
      expect(await bystander.tool("echo", { value: "still here" })).toBe("still here");
    },
    longest,
  );

  test(
    "a child's group has the limits, holds what it starts, and is gone with it",
    async () => {
      const { url } = await open();
      const client = await TestClient.open(url);
      const pids = JSON.parse(await client.tool("family")) as number[];
      const own = pids.map((pid) => readFileSync(`/proc/${pid}/cgroup`, "utf8"));
      expect(new Set(own).size).toBe(1);
      expect(own[0]).toMatch(/\/mcp-\d+-\d+\n$/);
      expect(groups()).toHaveLength(1);
      await client.end();
      await until(() => groups().length === 0, 60_000);
      expect(pids.filter(isRunning)).toEqual([]);
    },
    longest,
  );

  test(
    "a proxy says that they are exact, and removes what a killed one left",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "proxy-"));
      const first = start(folder);
      await until(() => existsSync(first.socketPath), 60_000);
      expect(JSON.parse(await ask(first.socketPath, "/report"))).toMatchObject({ limits: { enforcement: "exact" } });
      await until(() => groups().length === 1, 60_000);
      first.process.kill("SIGKILL");
      await once(first.process, "close");
      const second = start(folder);
      await until(async () => (await ask(second.socketPath, "/report").catch(() => "")) !== "", 60_000);
      await until(() => groups().length === 1, 60_000);
      second.process.kill("SIGTERM");
      await once(second.process, "close");
      expect(groups()).toEqual([]);
      rmSync(folder, { recursive: true });
    },
    longest,
  );
});

/** A proxy as a process of its own, with one child that waits. */
function start(folder: string) {
  const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  const socketPath = join(folder, "operator.sock");
  const limits = { MCP_CHILD_MEMORY: "150m", MCP_CHILD_PIDS: "8", MCP_WARM_SESSIONS: "1" };
  const env = { PATH: process.env.PATH, PORT: "0", ALLOW_ANONYMOUS: "1", OPERATOR_SOCKET: socketPath, ...limits };
  const command = [main, "--", process.execPath, fixture("raw-server.mjs")];
  return { process: spawn(process.execPath, command, { env, stdio: "ignore" }), socketPath };
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, (res) => resolve(text(res)))
      .once("error", reject)
      .end();
  });
}
