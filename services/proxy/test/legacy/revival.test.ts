import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type McpSessions, openEmbeddedStore } from "@gateway/store";
import { afterAll, describe, expect, test } from "@jest/globals";
import { memoryRecords } from "../../src/legacy/memory-records.ts";
import {
  callMessage,
  type EventReader,
  initializeMessage,
  type Json,
  post,
  TestClient,
  until,
} from "../fixtures/client.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";
import { fixture, type Options, openProxy } from "../fixtures/proxy.ts";

const folder = mkdtempSync(join(tmpdir(), "proxy-"));
const open = proxiesOfEachTest();
afterAll(() => rmSync(folder, { recursive: true }));

const unknownSession = { status: 404, json: { error: { code: -32_001, message: "Session not found" } } };

describe("a session whose child died", () => {
  test("goes on with another child, under its own id", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    const pid = await client.tool("pid");
    expect(await client.call(1, "crash")).toMatchObject({ status: 500 });
    const next = await client.call(2, "pid");
    expect(next).toMatchObject({ status: 200, json: { id: 2 } });
    expect(next.json?.result?.content[0].text).not.toBe(pid);
    expect(next.headers["mcp-session-id"]).toBe(client.headers["mcp-session-id"]);
  });

  test("has its handshake replayed with the client's own parameters, and the version settled on then", async () => {
    const { url } = await open();
    const capabilities = { sampling: {}, roots: { listChanged: true } };
    const clientInfo = { name: "mine", version: "7", title: "Mine" };
    const first = await post(url, initializeMessage("2025-06-18", { capabilities, clientInfo }));
    const client = new TestClient(url, { "mcp-session-id": String(first.headers["mcp-session-id"]) });
    await client.call(1, "crash");
    const [initialize, initialized, call] = (JSON.parse(await client.tool("seen")) as string[]).map((line) =>
      JSON.parse(line),
    );
    const params = { protocolVersion: "2025-06-18", capabilities, clientInfo };
    expect(initialize).toMatchObject({ method: "initialize", params });
    expect(initialized).toEqual({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect(call).toMatchObject({ method: "tools/call" });
  });

  test("is told to ask for the server's lists again", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    await client.call(1, "crash");
    const stream = await client.stream();
    expect(await stream.next()).toEqual({ jsonrpc: "2.0", method: "notifications/tools/list_changed" });
    stream.close();
  });

  test("may resume its standalone stream, of which nothing is left, by listening anew", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    const [get, call] = [
      await client.stream(),
      await client.streamedCall(1, "progressThenCrash", {}, { progressToken: 1 }),
    ];
    await get.frame();
    await call.frame();
    while ((await get.next()) !== undefined);
    const resumed = await client.resume(get.lastEventId);
    expect(resumed.res.statusCode).toBe(200);
    expect(await resumed.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    resumed.close();
    expect((await client.resume(call.lastEventId)).res.statusCode).toBe(400);
  });

  test.each([
    ["older", "raw-server.mjs", "legacy", ["elicitAndExit", {}], ["elicit", { message: "?" }]],
    ["newer", "modern-server.mjs", "modern", ["askAndExit", { what: "elicit" }], ["ask", { what: "elicit" }]],
  ] as const)(
    "of the %s wire has no question answered by what was said to one of the first child's",
    async (_wire, file, era, [dying, ...args], [asking, ...more]) => {
      const { url } = await open({ command: [process.execPath, fixture(file)], era });
      const client = await TestClient.open(url, { capabilities: { elicitation: {} } });
      const questionOf = async (stream: EventReader) => {
        let message = await stream.next();
        while (message !== undefined && message.method !== "elicitation/create") message = await stream.next();
        return message;
      };
      const reply = (asked: Json | undefined, action: string) =>
        client.post({ jsonrpc: "2.0", id: asked?.id, result: { action, content: {} } });
      const first = await client.streamedCall(1, dying, ...args);
      const late = await questionOf(first);
      while ((await first.next()) !== undefined);
      const second = await client.streamedCall(2, asking, ...more);
      const asked = await questionOf(second);
      await reply(late, "accept");
      await reply(asked, "decline");
      expect(JSON.stringify(await second.next())).toMatch(/decline/);
    },
  );

  test("gets one child, however many requests come at once", async () => {
    const proxy = await open();
    const client = await TestClient.open(proxy.url);
    await client.call(1, "crash");
    const pids = await Promise.all(Array.from({ length: 10 }, () => client.tool("pid")));
    expect(new Set(pids).size).toBe(1);
    expect(proxy.sessions.size).toBe(1);
  });

  test("stays unknown to another user, and ends by DELETE without a child", async () => {
    const proxy = await open();
    const alice = await TestClient.open(proxy.url, { user: "1" });
    await alice.call(1, "crash");
    expect(await alice.post(callMessage(1, "pid"), { "x-user-id": "2" })).toMatchObject(unknownSession);
    expect(await alice.end()).toMatchObject({ status: 200 });
    expect(await alice.call(1, "pid")).toMatchObject(unknownSession);
    expect(proxy.sessions.children).toBe(0);
  });

  test("ends by DELETE while it is being brought back, and nothing of it is left", async () => {
    const proxy = await open({ flags: ["--slow-start"] });
    const client = await TestClient.open(proxy.url);
    await client.call(1, "crash");
    await until(() => proxy.sessions.children === 0);
    const call = client.call(2, "pid");
    await until(() => proxy.sessions.children === 1);
    expect(await client.end()).toMatchObject({ status: 200 });
    expect(await call).toMatchObject(unknownSession);
    expect(await client.call(3, "pid")).toMatchObject(unknownSession);
    await until(() => proxy.sessions.children === 0);
  });

  test("that dies again before it serves anything is given up", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    for (const _ of [1, 2]) expect((await client.call(1, "crash")).json?.error).toMatchObject({ code: -32_603 });
    expect(await client.call(1, "pid")).toMatchObject(unknownSession);
  });

  test("is not brought back where the server keeps a state", async () => {
    const { url } = await open({ stateful: true });
    const client = await TestClient.open(url);
    await client.call(1, "crash");
    expect(await client.call(1, "pid")).toMatchObject(unknownSession);
  });

  test("is forgotten after its idle time", async () => {
    const { url } = await open({ limits: { sessionIdle: 100 } });
    const client = await TestClient.open(url);
    await client.call(1, "crash");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await client.call(1, "pid")).toMatchObject(unknownSession);
  });
});

describe("after a restart of the proxy", () => {
  /** One life of a proxy over the same folder. */
  async function live(use: (url: string) => Promise<void>, options: Options = {}): Promise<void> {
    const store = await openEmbeddedStore({ folder: join(folder, "store"), clock: () => Date.now() / 1_000 });
    const proxy = await openProxy({ records: store.mcpSessions, ...options });
    try {
      await use(proxy.url);
    } finally {
      await proxy.close();
      await store.close();
    }
  }

  test("a session goes on, for its own user only", async () => {
    let headers = {};
    await live(async (url) => {
      const client = await TestClient.open(url, { user: "1" });
      await client.tool("pid");
      headers = client.headers;
    });
    await live(async (url) => {
      const client = new TestClient(url, headers);
      expect(await client.post(callMessage(1, "pid"), { "x-user-id": "2" })).toMatchObject(unknownSession);
      expect(await client.tool("echo", { value: "again" })).toBe("again");
      await client.end();
    });
    await live(async (url) => {
      expect(await new TestClient(url, headers).call(1, "pid")).toMatchObject(unknownSession);
    });
  });

  test("what is kept holds no session id", async () => {
    const store = await openEmbeddedStore({ folder: join(folder, "digests"), clock: () => Date.now() / 1_000 });
    const proxy = await openProxy({ records: store.mcpSessions });
    const { headers } = await TestClient.open(proxy.url);
    await until(async () => (await store.mcpSessions.list()).length > 0);
    const kept = await store.mcpSessions.list();
    expect(kept).toMatchObject([{ sub: "anonymous", negotiatedVersion: "2025-11-25" }]);
    expect(JSON.stringify(kept)).not.toContain(headers["mcp-session-id"]);
    await proxy.close();
    await store.close();
  });

  test("a session that only listened for longer than its idle time was kept all the while", async () => {
    const records = memoryRecords(() => Date.now() / 1_000);
    const kept: number[] = [];
    const counting: McpSessions = {
      ...records,
      keep: (session, expiresAt) => {
        kept.push(expiresAt);
        return records.keep(session, expiresAt);
      },
    };
    const { url } = await open({ records: counting, limits: { sessionIdle: 2_000 } });
    const client = await TestClient.open(url);
    const stream = await client.stream();
    const [first = 0] = kept;
    await until(() => (kept.at(-1) ?? 0) > first + 1.5);
    expect(await records.list()).toHaveLength(1);
    stream.close();
  });

  test("a session does not go on where the server keeps a state", async () => {
    let headers = {};
    await live(async (url) => {
      headers = (await TestClient.open(url)).headers;
    });
    await live(
      async (url) => {
        expect(await new TestClient(url, headers).call(1, "pid")).toMatchObject(unknownSession);
      },
      { stateful: true },
    );
  });
});
