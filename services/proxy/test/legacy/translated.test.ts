import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { memoryRecords } from "../../src/legacy/memory-records.ts";
import {
  callMessage,
  type EventReader,
  initializeMessage,
  type Json,
  post,
  send,
  TestClient,
  until,
} from "../fixtures/client.ts";
import { fixture, type Options, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const server = (...flags: string[]): [string, ...string[]] => [
  process.execPath,
  fixture("modern-server.mjs"),
  ...flags,
];
const all = { elicitation: {}, sampling: {}, roots: {} };
const accepted = { action: "accept", content: { name: "Ann" } };
const json = { accept: "application/json" };

let proxy: RunningProxy;
beforeAll(async () => {
  proxy = await openProxy({ command: server(), era: "modern" });
});
afterAll(() => proxy.close());

async function open(options: Options) {
  const opened = await openProxy({ command: server(), era: "modern", ...options });
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
}

const clientOf = (capabilities: object = all, { url } = proxy) => TestClient.open(url, { capabilities });
const textOf = (answer: Json | undefined) => answer?.result?.content[0].text ?? JSON.stringify(answer);
const reply = (client: TestClient, asked: Json | undefined, result: object) =>
  client.post({ jsonrpc: "2.0", id: asked?.id, result });

/** The next message of that method; without one, the next answer. */
async function nextOf(stream: EventReader, method?: string): Promise<Json | undefined> {
  let message = await stream.next();
  while (message !== undefined && message.method !== method) message = await stream.next();
  return message;
}

describe("a legacy client with a modern server", () => {
  test.each(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])(
    "is answered initialize of %s by what the server says of itself",
    async (version) => {
      const { status, json: answer, headers } = await post(proxy.url, initializeMessage(version));
      expect(status).toBe(200);
      expect(headers["mcp-session-id"]).toEqual(expect.any(String));
      expect(answer?.result).toEqual({
        protocolVersion: version,
        capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, prompts: {}, logging: {} },
        serverInfo: { name: "modern", version: "1" },
      });
    },
  );

  test("has a process of its own", async () => {
    const [one, other] = await Promise.all([clientOf(), clientOf()]);
    expect(await one.tool("pid")).not.toBe(await other.tool("pid"));
  });

  test("calls tools at one time, and no answer crosses", async () => {
    const client = await clientOf();
    const values = Array.from({ length: 50 }, (_, value) => `v${value}`);
    const answers = await Promise.all(values.map((value, id) => client.call(id, "echo", { value, after: 5 })));
    expect(answers.map(({ json: answer }) => [answer?.id, textOf(answer)])).toEqual(values.map((v, id) => [id, v]));
  });

  test("gets results without what only the other wire has", async () => {
    const client = await clientOf();
    const { text } = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect(text).not.toMatch(/ttlMs|cacheScope|resultType/);
  });

  test("sends batches where its version has them", async () => {
    const client = await TestClient.open(proxy.url, { version: "2025-03-26" });
    const { text } = await client.post([
      callMessage(1, "echo", { value: "a" }),
      callMessage(2, "echo", { value: "b" }),
    ]);
    expect(text).toMatch(/"a".*"b"/s);
  });

  test("gets progress under its own token", async () => {
    const client = await clientOf();
    const { events } = await client.call(1, "count", { to: 2 }, { progressToken: "mine" });
    expect(events.slice(0, 2).map(({ params }) => params)).toEqual([
      { progressToken: "mine", progress: 1 },
      { progressToken: "mine", progress: 2 },
    ]);
  });

  test("asks for log messages by its level, and gets them with its call", async () => {
    const client = await clientOf();
    const params = { level: "error" };
    expect((await client.post({ jsonrpc: "2.0", id: 1, method: "logging/setLevel", params })).json?.result).toEqual({});
    const { events } = await client.call(2, "log");
    expect(events.map(({ method }) => method)).toContain("notifications/message");
    expect(await client.tool("seen")).toContain('\\"io.modelcontextprotocol/logLevel\\":\\"error\\"');
  });

  test("that cancels a call cancels it at the server", async () => {
    const client = await clientOf();
    const call = await client.streamedCall(1, "hang");
    await client.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    expect(await call.next()).toBeUndefined();
    await until(async () => (await client.tool("seen")).includes("notifications/cancelled"));
  });

  test("sees no tool that does not exist for clients", async () => {
    await using limited = await open({ tools: { allow: ["echo"] } });
    const client = await clientOf(all, limited);
    const { json: list } = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect(list?.result?.tools).toMatchObject([{ name: "echo" }]);
    expect((await client.call(2, "pid")).json?.error?.code).toBe(-32602);
  });
});

describe("what a modern server asks of a legacy client", () => {
  test.each([
    ["elicit", "elicitation/create", accepted],
    ["elicit", "elicitation/create", { action: "decline" }],
    ["elicit", "elicitation/create", { action: "cancel" }],
    ["sample", "sampling/createMessage", { role: "assistant", model: "m", content: { type: "text", text: "hi" } }],
    ["roots", "roots/list", { roots: [{ uri: "file:///a" }] }],
  ])("%s: is asked on the stream of its call, which goes on with the answer %s %j", async (what, method, result) => {
    const client = await clientOf();
    const call = await client.streamedCall(1, "ask", { what, state: "s" });
    const asked = await call.next();
    expect(asked?.method).toBe(method);
    expect((await reply(client, asked, result)).status).toBe(202);
    expect(JSON.parse(textOf(await call.next()))).toEqual([{ q: result }, "s"]);
    expect(await call.next()).toBeUndefined();
  });

  test("of two calls at one time is asked on the stream of each", async () => {
    const client = await clientOf();
    const calls = await Promise.all(
      [1, 2].map((id) => client.streamedCall(id, "ask", { what: "elicit", state: `${id}` })),
    );
    const asked = await Promise.all(calls.map((call) => call.next()));
    const names = ["Ann", "Ben"];
    const replies = names.map((name, at) => reply(client, asked[at], { action: "accept", content: { name } }));
    await Promise.all(replies.reverse());
    const answers = await Promise.all(calls.map((call) => call.next()));
    expect(answers.map((answer) => [answer?.id, JSON.parse(textOf(answer))])).toEqual(
      names.map((name, at) => [at + 1, [{ q: { action: "accept", content: { name } } }, `${at + 1}`]]),
    );
  });

  test("is not lost with the connection: it comes again when the stream is resumed", async () => {
    const client = await clientOf();
    const call = await client.streamedCall(1, "ask", { what: "elicit", state: "s" });
    await call.frame();
    const before = call.lastEventId;
    const first = await call.next();
    call.close();
    const resumed = await client.resume(before);
    const asked = await resumed.next();
    expect(asked).toEqual(first);
    await reply(client, asked, accepted);
    expect(textOf(await resumed.next())).toContain("Ann");
  });

  test("is asked on the standalone stream of a client that takes only JSON", async () => {
    const client = await clientOf();
    const stream = await client.stream();
    const call = client.post(callMessage(1, "ask", { what: "roots" }), json);
    await reply(client, await nextOf(stream, "roots/list"), { roots: [] });
    expect(textOf((await call).json)).toContain('"roots":[]');
    stream.close();
  });

  test("cannot be asked of one that takes only JSON and does not listen: the call says so", async () => {
    const { json: answer } = await (await clientOf()).post(callMessage(1, "ask", { what: "roots" }), json);
    expect(answer?.result).toMatchObject({ isError: true });
    expect(textOf(answer)).toContain("no stream");
  });

  test("of a client that cannot be asked that: the call says so", async () => {
    const { json: answer } = await (await clientOf({})).call(1, "ask", { what: "elicit" });
    expect(answer).toMatchObject({ id: 1, result: { isError: true } });
    expect(textOf(answer)).toContain("the client lacks the capability elicitation.form");
  });

  test("of a client that answers with an error: the call says so", async () => {
    const client = await clientOf();
    const call = await client.streamedCall(1, "ask", { what: "elicit" });
    const error = { code: -1, message: "not now" };
    await client.post({ jsonrpc: "2.0", id: (await call.next())?.id, error });
    const answer = await call.next();
    expect(answer).toMatchObject({ id: 1, result: { isError: true } });
    expect(textOf(answer)).toContain("not now");
  });

  test("of a client that does not answer in time: the call says so", async () => {
    await using short = await open({ limits: { callback: 1_000 } });
    const client = await clientOf(all, short);
    const call = await client.streamedCall(1, "ask", { what: "elicit" });
    expect((await call.next())?.method).toBe("elicitation/create");
    const answer = await call.next();
    expect(answer).toMatchObject({ id: 1, result: { isError: true } });
    expect(textOf(answer)).toContain("The client did not answer");
  });

  test("is taken back when the client cancels the call", async () => {
    const client = await clientOf();
    const call = await client.streamedCall(1, "ask", { what: "elicit" });
    const asked = await call.next();
    await client.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    expect(await call.next()).toMatchObject({ method: "notifications/cancelled", params: { requestId: asked?.id } });
    expect(await call.next()).toBeUndefined();
    expect((await reply(client, asked, accepted)).status).toBe(202);
    expect(await client.tool("echo", { value: "goes on" })).toBe("goes on");
  });

  test("takes its time, which is not counted against the call", async () => {
    await using short = await open({ limits: { request: 2_000 } });
    const client = await clientOf(all, short);
    const call = await client.streamedCall(1, "ask", { what: "elicit" });
    const asked = await call.next();
    expect((await client.call(2, "hang")).json?.error).toMatchObject({ data: { reason: "timeout" } });
    await reply(client, asked, accepted);
    expect(textOf(await call.next())).toContain("Ann");
  });

  test("may be nothing but to be asked again", async () => {
    const client = await clientOf();
    const call = client.call(1, "later", { times: 2 });
    expect(textOf((await call).json)).toBe("asked 3 times");
  });
});

describe("what a modern server tells a legacy client", () => {
  const subscribe = (id: number, uri: string, method = "resources/subscribe") => ({
    ...{ jsonrpc: "2.0", id, method, params: { uri } },
  });

  test("of its lists comes on the standalone stream, or waits for one", async () => {
    const client = await clientOf();
    await until(async () => (await client.tool("listens")) === "1");
    const { events } = await client.call(1, "grow");
    expect((await client.call(2, "grow")).events).toEqual([]);
    expect(events).toEqual([]);
    const stream = await client.stream();
    expect(await stream.next()).toMatchObject({ method: "notifications/tools/list_changed", params: {} });
    await client.post(callMessage(3, "grow"), json);
    expect(await stream.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    stream.close();
  });

  test("of resources is what it subscribed to", async () => {
    const client = await clientOf();
    const stream = await client.stream();
    expect((await client.post(subscribe(1, "test://a"))).json?.result).toEqual({});
    await client.tool("touch", { uri: "test://b" });
    await client.tool("touch", { uri: "test://a" });
    const told = await nextOf(stream, "notifications/resources/updated");
    expect(told?.params).toEqual({ uri: "test://a" });
    expect((await client.post(subscribe(2, "test://a", "resources/unsubscribe"))).json?.result).toEqual({});
    await until(async () => (await client.tool("listens")) === "1");
    stream.close();
  });

  test("of a resource that it refuses is an error", async () =>
    expect((await (await clientOf()).post(subscribe(1, "test://refused"))).json?.error).toMatchObject({
      code: -32602,
    }));
});

describe("a legacy session whose modern server exits", () => {
  test("is told, and goes on with another process that knows its level and subscriptions", async () => {
    const client = await clientOf();
    await client.post({ jsonrpc: "2.0", id: 1, method: "logging/setLevel", params: { level: "error" } });
    await client.post({ jsonrpc: "2.0", id: 2, method: "resources/subscribe", params: { uri: "test://a" } });
    const pid = await client.tool("pid");
    expect(await client.post(callMessage(3, "crash"), json)).toMatchObject({
      status: 500,
      json: { id: 3, error: { code: -32603, data: { reason: "server_exited" } } },
    });
    expect(await client.tool("pid")).not.toBe(pid);
    const seen = await client.tool("seen");
    expect(seen).toContain('\\"io.modelcontextprotocol/logLevel\\":\\"error\\"');
    expect(seen).toContain("test://a");
  });

  test("has results that fit the schemas which its tools were listed with before", async () => {
    const client = await clientOf();
    const { json: listed } = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect(JSON.stringify(listed)).toContain('"outputSchema":{"type":"object","properties":{"result":{"anyOf"');
    const structured = async () => (await client.call(2, "either")).json?.result?.structuredContent;
    expect(await structured()).toEqual({ result: { y: 1 } });
    await client.post(callMessage(3, "crash"), json);
    expect(await structured()).toEqual({ result: { y: 1 } });
  });

  test("outlives its proxy, too", async () => {
    const records = memoryRecords(() => Date.now() / 1_000);
    const first = await open({ records });
    const client = await clientOf(all, first);
    await client.tool("pid");
    await first.close();
    await using next = await open({ records });
    const again = new TestClient(next.url, client.headers);
    const call = await again.streamedCall(1, "ask", { what: "elicit" });
    await reply(again, await nextOf(call, "elicitation/create"), accepted);
    expect(textOf(await nextOf(call))).toContain("Ann");
  });

  test("ends where the server keeps a state", async () => {
    await using stateful = await open({ stateful: true });
    const client = await clientOf(all, stateful);
    await client.post(callMessage(1, "crash"), json);
    expect((await client.call(2, "pid")).status).toBe(404);
  });
});

describe("which wire a session's server speaks", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "translated-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const probed = /wires that the MCP server speaks/g;

  test.each([
    ["answers an error to the handshake", server()],
    ["exits at the handshake", server("--exit-on-initialize")],
  ])("is found out when it %s, once", async (_what, command) => {
    await using found = await open({ command, era: "auto" });
    expect(await (await clientOf(all, found)).tool("echo", { value: "x" })).toBe("x");
    expect(await (await clientOf(all, found)).tool("echo", { value: "y" })).toBe("y");
    expect(found.logged().match(probed)).toHaveLength(1);
    await until(() => found.sessions.children === 2);
  });

  test("is remembered by the proxy that comes after", async () => {
    const eraFile = join(folder, "era.json");
    {
      await using first = await open({ era: "auto", eraFile });
      await clientOf(all, first);
    }
    await using next = await open({ era: "auto", eraFile });
    const client = await clientOf(all, next);
    expect(await client.tool("seen")).not.toContain('\\"initialize\\"');
    expect(next.logged()).not.toMatch(probed);
  });

  test("is not asked of one that takes the handshake", async () => {
    await using both = await open({ command: server("--both"), era: "auto" });
    await clientOf(all, both);
    expect(both.logged()).not.toMatch(probed);
  });

  test("is neither where its versions are not served: that is told, and no session made", async () => {
    await using other = await open({ command: server("--other-version"), era: "auto" });
    const { status, json: answer, headers } = await post(other.url, initializeMessage());
    expect([status, answer]).toMatchObject([
      200,
      { id: 0, error: { code: -32603, data: { supported: ["2099-01-01"], served: ["2026-07-28"] } } },
    ]);
    expect(answer?.error?.message).toContain("versions of MCP that are not served here");
    expect(headers["mcp-session-id"]).toBeUndefined();
  });

  test("a container's health check is answered in its own wire", async () => {
    const clientInfo = { name: "healthcheck", version: "1" };
    const { json: answer, headers } = await post(proxy.url, initializeMessage("2025-11-25", { clientInfo }));
    expect(answer?.result).toMatchObject({ protocolVersion: "2025-11-25", serverInfo: { name: "modern" } });
    expect(headers["mcp-session-id"]).toBeUndefined();
    const ready = await send(proxy.url.replace("/mcp", "/ready"), "GET");
    expect(ready.json).toMatchObject({ protocolVersion: "2026-07-28" });
  });

  test("a server that exits at the handshake of the other wire is healthy", async () => {
    await using exits = await open({ command: server("--exit-on-initialize") });
    expect((await send(exits.url.replace("/mcp", "/ready"), "GET")).status).toBe(200);
  });
});
