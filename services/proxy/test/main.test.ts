import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { freePort } from "@gateway/canary";
import { afterEach, describe, expect, test } from "@jest/globals";
import { initializeMessage, post, send, TestClient, until } from "./fixtures/client.ts";
import { isRunning } from "./fixtures/is-running.ts";
import { ModernClient } from "./fixtures/modern-client.ts";
import { parsePrometheus } from "./fixtures/prometheus.ts";
import { fixture } from "./fixtures/proxy.ts";
import { keepForSearch } from "./fixtures/watched-log.ts";

// What people run: the build (`tsc -b`).
const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const server = [process.execPath, fixture("raw-server.mjs")];
const started: ChildProcess[] = [];
afterEach(() => {
  for (const each of started.splice(0)) each.kill("SIGKILL");
});

interface Started {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly stderr: () => string;
  readonly stdout: () => string;
  /** The MCP endpoint, once it listens. */
  url(): Promise<string>;
}

function start(argv: string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [main, ...argv], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? "", PORT: "0", LOG_LEVEL: "debug", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  started.push(child);
  const out = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => (out.stdout += text));
  child.stderr.on("data", (text) => (out.stderr += text));
  child.stderr.on("data", keepForSearch);
  return {
    process: child,
    exit: new Promise((resolve) => child.once("close", resolve)),
    stdout: () => out.stdout,
    stderr: () => out.stderr,
    async url() {
      await until(() => /"event":"listening"/.test(out.stderr));
      const [, port] = /"port":(\d+)/.exec(out.stderr) ?? [];
      return `http://127.0.0.1:${port}/mcp`;
    },
  };
}

describe("node services/proxy/dist/main.js", () => {
  test("runs alone with the seed's environment", async () => {
    const proxy = start([], {
      SERVER_COMMAND: server.join(" "),
      SERVER_NAME: "mcp-raw",
      SESSION_TIMEOUT: "60",
      ALLOW_ANONYMOUS: "1",
    });
    const client = await TestClient.open(await proxy.url());
    expect(await client.tool("echo", { value: "hello" })).toBe("hello");
    expect((await send(new URL("/health", client.url).href, "GET")).text).toContain('"server":"mcp-raw"');
  });

  test("hands the words after -- to the server, exactly", async () => {
    const proxy = start(["--log-level", "info", "--", ...server, "a b", "$HOME", ""], { ALLOW_ANONYMOUS: "1" });
    const client = await TestClient.open(await proxy.url());
    expect(JSON.parse(await client.tool("argv"))).toEqual(["a b", "$HOME", ""]);
  });

  test("serves clients of the protocol versions that are listed alone", async () => {
    const versions = (listed: string) => ({ ALLOW_ANONYMOUS: "1", MCP_PROTOCOL_VERSIONS_SUPPORTED: listed });
    const older = await start(["--", ...server], versions("2025-06-18,2025-11-25")).url();
    expect(await new ModernClient(older).request("server/discover")).toMatchObject({ status: 400 });
    expect(await (await TestClient.open(older)).tool("echo", { value: "older" })).toBe("older");
    // The server itself has sessions alone: with it the proxy still speaks what it can.
    const newer = await start(["--", ...server], versions("2026-07-28")).url();
    expect(await post(newer, initializeMessage())).toMatchObject({ status: 400 });
    expect(await new ModernClient(newer).tool("echo", { value: "newer" })).toBe("newer");
  });

  test("sees a second identity behind any number of headers", async () => {
    const proxy = start(["--", ...server], { ALLOW_ANONYMOUS: "1" });
    const socket = connect(Number(new URL(await proxy.url()).port), "127.0.0.1");
    const between = "a:\r\n".repeat(2_000);
    socket.write(
      `GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-User-Id: 1\r\n${between}X-User-Id: 2\r\n\r\n`,
    );
    expect(await text(socket)).toContain("identity");
  });

  test("serves nobody unless it is told whom", async () => {
    const proxy = start(["--", ...server]);
    const answer = await post(await proxy.url(), initializeMessage());
    expect(answer.status).toBe(401);
    expect(answer.text).toMatch(/AUTH_JWKS_URL.*ALLOW_ANONYMOUS=1/);
  });

  test("lives on when a client of either wire asks for a server that cannot be started", async () => {
    const proxy = start(["--", "/no/such/server"], { ALLOW_ANONYMOUS: "1" });
    const url = await proxy.url();
    expect(await new ModernClient(url).request("server/discover")).toMatchObject({ status: 503, json: { id: 1 } });
    expect((await post(url, initializeMessage())).status).toBe(503);
    expect((await send(new URL("/health", url).href, "GET")).text).toContain('"era":null');
    expect(proxy.stderr()).not.toContain("triggerUncaughtException");
  });

  test("has its metrics on a port of their own, and on none unless it is told", async () => {
    const port = await freePort();
    const proxy = start(["--", ...server], { METRICS_PORT: `${port}`, ALLOW_ANONYMOUS: "1" });
    const client = await TestClient.open(await proxy.url());
    const scraped = parsePrometheus((await send(`http://127.0.0.1:${port}/metrics`, "GET")).text);
    expect(scraped.get("mcp_proxy_sessions")).toBe(1);
    expect((await send(new URL("/metrics", client.url).href, "GET")).status).toBe(404);
    const second = start(["--", ...server], { METRICS_PORT: `${port}` });
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toContain("cannot listen for metrics");
  });

  test.each([
    ["--help", ["--help"], {}, 0, /usage: main\.js/],
    ["a flag nobody knows", ["--prot", "1"], {}, 2, /unknown flag --prot/],
    ["no command", [], {}, 2, /SERVER_COMMAND: is missing/],
    ["a bad port", ["--port", "x", "--", "server"], {}, 2, /PORT: found "x"/],
    ["an address that is not ours", ["--host", "192.0.2.1", "--", "server"], {}, 1, /cannot listen/],
  ])("called with %s ends at once and says why", async (_what, argv, env, code, message) => {
    const proxy = start(argv, env);
    expect(await proxy.exit).toBe(code);
    expect(proxy.stdout() + proxy.stderr()).toMatch(message);
  });

  test.each([
    ["SIGTERM", (proxy: Started) => proxy.process.kill("SIGTERM"), {}],
    ["SIGINT", (proxy: Started) => proxy.process.kill("SIGINT"), {}],
    [
      "the end of its standard input, where it is supervised",
      (proxy: Started) => proxy.process.stdin?.end(),
      { GATEWAY_SUPERVISED: "1" },
    ],
  ])("ends by %s, and its children and their children with it", async (_what, stop, env) => {
    const proxy = start(["--", ...server], { ALLOW_ANONYMOUS: "1", ...env });
    const client = await TestClient.open(await proxy.url());
    const pids = JSON.parse(await client.tool("family")) as number[];
    const stream = await client.stream();
    stop(proxy);
    expect(await proxy.exit).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    stream.close();
  });

  test("killed -9 and started again goes on with its sessions", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "proxy-"));
    const env = { ALLOW_ANONYMOUS: "1", DATA_DIR: dataDir };
    const first = start(["--", ...server], env);
    const { headers } = await TestClient.open(await first.url(), { user: "1" });
    await until(() => existsSync(join(dataDir, "sessions", "store.mdb")));
    first.process.kill("SIGKILL");
    await first.exit;
    const client = new TestClient(await start(["--", ...server], env).url(), headers);
    expect(await client.tool("echo", { value: "again" })).toBe("again");
    const [initialize] = (JSON.parse(await client.tool("seen")) as string[]).map((line) => JSON.parse(line));
    expect(initialize.params.clientInfo).toEqual({ name: "test", version: "1" });
    rmSync(dataDir, { recursive: true });
  });

  test("whose data folder another proxy has says so and ends", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "proxy-"));
    const env = { ALLOW_ANONYMOUS: "1", DATA_DIR: dataDir };
    await start(["--", ...server], env).url();
    const second = start(["--", ...server], env);
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toContain("is in use by process");
    rmSync(dataDir, { recursive: true });
  });

  test("killed -9 leaves no process: not the server, nor its child, nor what left the group", async () => {
    const proxy = start(["--", ...server, "--ignore-everything"], { ALLOW_ANONYMOUS: "1" });
    const client = await TestClient.open(await proxy.url());
    const pids = JSON.parse(await client.tool("family")) as number[];
    expect(pids.filter(isRunning)).toHaveLength(3);
    proxy.process.kill("SIGKILL");
    await until(() => !pids.some(isRunning));
  });
});
