import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { initializeMessage, post, send, TestClient, until } from "../fixtures/client.ts";
import { isRunning } from "../fixtures/is-running.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";
import { fixture, type Options, type RunningProxy } from "../fixtures/proxy.ts";

const folder = mkdtempSync(join(tmpdir(), "proxy-"));
const open = proxiesOfEachTest();
afterAll(() => rmSync(folder, { recursive: true }));

const get = async (proxy: RunningProxy, path: string) => {
  const answer = await send(new URL(path, proxy.url).href, "GET");
  return { status: answer.status, body: JSON.parse(answer.text) };
};
const healthCheck = initializeMessage("2025-06-18", { clientInfo: { name: "healthcheck", version: "1.0" } });

describe("GET /health", () => {
  test("answers with counts, and starts nothing", async () => {
    const proxy = await open();
    expect(await get(proxy, "/health")).toEqual({
      status: 200,
      body: {
        status: "ok",
        server: "test",
        sessions: 0,
        children: 0,
        era: null,
        pool: { warm: 0, ready: 0, hits: 0, misses: 0 },
        uptime: expect.any(Number),
        subprocess: "not started",
      },
    });
    await TestClient.open(proxy.url);
    expect((await get(proxy, "/health")).body).toMatchObject({ sessions: 1, children: 1 });
  });
});

describe("GET /ready", () => {
  test("says who the server is, from one child however often it is asked", async () => {
    const proxy = await open();
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(proxy, "/ready")));
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 200,
        body: { status: "ready", serverInfo: { name: "raw", version: "1" } },
      });
    }
    expect((await get(proxy, "/health")).body).toMatchObject({ sessions: 0, children: 1, subprocess: "ready" });
  });

  test.each([
    ["does not exist", { command: ["uvx-that-is-not-here"] }, /command not found: uvx-that-is-not-here/, ""],
    ["exits", { flags: ["--crash-at-start"] }, /exited before it answered initialize/, "no such database"],
    ["is silent", { flags: ["--silent"], limits: { startup: 200 } }, /did not answer initialize in time/, ""],
    ["refuses", { flags: ["--refuse"] }, /answered initialize with an error/, ""],
  ] as [string, Options, RegExp, string][])("says why, when the server %s", async (_what, options, reason, stderr) => {
    const proxy = await open(options);
    const { status, body } = await get(proxy, "/ready");
    expect(status).toBe(503);
    expect(body).toEqual({ status: "failed", server: "test", reason: expect.stringMatching(reason), stderr });
    await until(async () => (await get(proxy, "/health")).body.children === 0);
  });
});

describe("the container's health check: initialize of a client called healthcheck", () => {
  test("gets the server's real answer, no session, and leaves nothing behind", async () => {
    const proxy = await open();
    for (let times = 0; times < 200; times += 1) {
      const answer = await post(proxy.url, { ...healthCheck, id: times });
      expect(answer).toMatchObject({
        status: 200,
        json: { id: times, result: { serverInfo: { name: "raw" }, protocolVersion: "2025-11-25" } },
      });
      expect(answer.headers["mcp-session-id"]).toBeUndefined();
    }
    expect((await get(proxy, "/health")).body).toMatchObject({ sessions: 0, children: 1 });
  });

  test("needs no identity, where others do", async () => {
    const proxy = await open({ access: { kind: "closed" } });
    expect((await post(proxy.url, healthCheck)).status).toBe(200);
    expect((await post(proxy.url, initializeMessage())).status).toBe(401);
  });

  describe("asked for by a name of this machine, where the server has public ones", () => {
    const front = { hosts: ["mcp-time.example.com"], loopbackOrigins: false, alone: false };

    test("is answered", async () => {
      const proxy = await open({ front });
      for (const host of ["localhost:3000", "127.0.0.1", "[::1]:3000"])
        expect((await post(proxy.url, healthCheck, { host })).status).toBe(200);
    });

    test.each([
      ["a name that is not ours", healthCheck, { host: "evil.example" }],
      ["a page of another origin", healthCheck, { host: "localhost", origin: "http://evil.example" }],
      ["a request that came past an edge", healthCheck, { host: "localhost", "x-forwarded-for": "192.0.2.1" }],
      ["anything but a health check", initializeMessage(), { host: "localhost" }],
      ["what is no message", "{", { host: "localhost" }],
    ] as const)("%s is refused", async (_what, body, headers) => {
      const proxy = await open({ front });
      expect((await post(proxy.url, body, headers)).status).toBe(403);
    });
  });

  test.each([["x-forwarded-for"], ["x-gateway-assertion"], ["forwarded"]])(
    "is a normal request when it carries %s",
    async (header) => {
      const proxy = await open();
      const answer = await post(proxy.url, healthCheck, { [header]: "for=1" });
      expect(answer.headers["mcp-session-id"]).toBeDefined();
    },
  );

  test("leaves sessions, children and descriptors as they are, 6,000 times, asked anew every 30 s", async () => {
    let now = Date.now();
    const proxy = await open({ now: () => now });
    const checks = async (count: number) => {
      for (let asked = 0; asked < count; asked += 1) {
        if (asked % 100 === 0) now += 31_000; // the child is pinged
        const { status, headers } = await post(proxy.url, { ...healthCheck, id: asked });
        expect({ status, session: headers["mcp-session-id"] }).toEqual({ status: 200, session: undefined });
      }
    };
    await checks(200);
    const { pool, ...counts } = (await get(proxy, "/health")).body;
    const descriptors = openDescriptors();
    await checks(5_800);
    await until(async () => openDescriptors() <= descriptors); // the last connection ends a moment after its answer
    expect((await get(proxy, "/health")).body).toEqual({ ...counts, pool, uptime: expect.any(Number) });
    expect(counts).toMatchObject({ sessions: 0, children: 1 });
  }, 120_000);

  test("is 503 as soon as the server has exited, however fresh its answer is", async () => {
    const program = join(folder, "server.mjs");
    writeFileSync(program, `await import(${JSON.stringify(fixture("raw-server.mjs"))})`);
    const now = Date.now();
    const proxy = await open({ command: [process.execPath, program], now: () => now });
    expect((await post(proxy.url, healthCheck)).status).toBe(200);
    writeFileSync(program, "process.exit(1)");
    await killProbe();
    await until(async () => (await get(proxy, "/health")).body.subprocess === "failed");
    expect((await post(proxy.url, healthCheck)).status).toBe(503);
  });

  test("starts a server anew that has exited, once a second", async () => {
    const program = join(folder, "server.mjs");
    writeFileSync(program, `await import(${JSON.stringify(fixture("raw-server.mjs"))})`);
    let now = Date.now();
    const proxy = await open({ command: [process.execPath, program], now: () => now });
    await post(proxy.url, healthCheck);
    await killProbe();
    await until(async () => (await get(proxy, "/health")).body.subprocess === "failed");
    expect((await get(proxy, "/ready")).body).toMatchObject({ status: "failed", reason: "it exited" });
    now += 1_000;
    expect((await get(proxy, "/ready")).body).toMatchObject({ status: "ready" });
  });

  test("is 503 once the server is broken, and well again once it is mended", async () => {
    const program = join(folder, "server.mjs");
    const write = (text: string) => writeFileSync(program, text);
    write(`await import(${JSON.stringify(fixture("raw-server.mjs"))})`);
    let now = Date.now();
    const proxy = await open({ command: [process.execPath, program], now: () => now });
    expect((await post(proxy.url, healthCheck)).status).toBe(200);

    write("process.exit(1)");
    expect((await post(proxy.url, healthCheck)).status).toBe(200); // known to be well less than 30 s ago
    now += 31_000;
    expect((await post(proxy.url, healthCheck)).status).toBe(200); // the child of then still answers ping
    await killProbe();
    now += 31_000;
    expect(await post(proxy.url, healthCheck)).toMatchObject({
      status: 503,
      json: { id: 0, error: { code: -32_603 } },
    });

    write(`await import(${JSON.stringify(fixture("raw-server.mjs"))})`);
    now += 10_001;
    expect((await post(proxy.url, healthCheck)).status).toBe(200);
  });
});

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Ends the only child of this proxy, and waits until it is gone. */
async function killProbe(): Promise<void> {
  const pids = execFileSync("pgrep", ["-f", join(folder, "server.mjs")], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map(Number);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until(() => pids.every((pid) => !isRunning(pid)));
}
