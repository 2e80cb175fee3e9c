import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { collectFamilies } from "../../src/metrics/families.ts";
import { initializeMessage, post, send, TestClient, until } from "../fixtures/client.ts";
import { FakeAuth } from "../fixtures/fake-auth.ts";
import { openPair, type Pair, untilAlive } from "../fixtures/pair.ts";

let redis: RedisServer;
let pair: Pair;

/** A session that one replica has, and its client, whose requests come to the other one. */
async function openAstray(options: { user?: string; version?: string } = {}) {
  const session = await TestClient.open(pair.a.url, options);
  const astray = new TestClient(pair.b.url, session.headers);
  return { session, astray };
}

describeWithRedis("a session of another replica", () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
    pair = await openPair(redis);
  });
  afterAll(async () => {
    await pair[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  test("has an id that names its replica", async () => {
    const { session } = await openAstray();
    expect(session.headers["mcp-session-id"]).toMatch(/^a\.[\w-]{32}$/);
  });

  test("is another user's: 404", async () => {
    const { astray } = await openAstray({ user: "ann" });
    const ben = new TestClient(pair.b.url, { ...astray.headers, "x-user-id": "ben" });
    expect(await ben.call(1, "pid")).toMatchObject({ status: 404, json: { error: { code: -32001 } } });
  });

  test.each(["a.unknown", "nobody.unknown", "unknown", "b.unknown", "."])("%s does not exist: 404", async (id) => {
    const client = new TestClient(pair.b.url, { "mcp-session-id": id });
    expect(await client.call(7, "pid")).toMatchObject({ status: 404, json: { id: 7, error: { code: -32001 } } });
    expect(await client.end()).toMatchObject({ status: 404 });
  });

  test("answers calls by the same child, with its own headers", async () => {
    const { session, astray } = await openAstray();
    const answer = await astray.call("7", "pid");
    expect(answer).toMatchObject({ status: 200, json: { id: "7" } });
    expect(answer.headers["mcp-session-id"]).toBe(session.headers["mcp-session-id"]);
    expect(answer.json?.result?.content[0].text).toBe(await session.tool("pid"));
  });

  test("takes what is long and not ASCII, byte for byte", async () => {
    const { astray } = await openAstray();
    const value = "ü€😀\u2028".repeat(50_000);
    expect(await astray.tool("echo", { value })).toBe(value);
  });

  test("takes bodies of no announced length, and clients that wait to be asked for them", async () => {
    const { astray } = await openAstray();
    const chunked = await astray.post(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }), {
      "transfer-encoding": "chunked",
      expect: "100-continue",
    });
    expect(chunked).toMatchObject({ status: 200, json: { id: 1, result: {} } });
  });

  test("takes notifications and batches", async () => {
    const { astray } = await openAstray({ version: "2025-03-26" });
    const note = { jsonrpc: "2.0", method: "notifications/roots/list_changed" };
    expect(await astray.post(note)).toMatchObject({ status: 202, text: "" });
    const batch = await astray.post([
      note,
      { jsonrpc: "2.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: 2, method: "ping" },
    ]);
    expect(JSON.parse(batch.text)).toEqual([1, 2].map((id) => ({ jsonrpc: "2.0", id, result: {} })));
  });

  test("refuses what it refuses at its own replica", async () => {
    const { astray } = await openAstray();
    expect(await astray.post([{ jsonrpc: "2.0", id: 1, method: "ping" }])).toMatchObject({ status: 400 });
    expect(await send(pair.b.url, "GET", undefined, { ...astray.headers, accept: "text/html" })).toMatchObject({
      status: 406,
    });
    const version = { "mcp-protocol-version": "1999-01-01" };
    expect(await astray.post({ jsonrpc: "2.0", id: 1, method: "ping" }, version)).toMatchObject({ status: 400 });
    expect(
      await send(pair.b.url, "GET", undefined, {
        ...astray.headers,
        accept: "text/event-stream",
        "last-event-id": "x",
      }),
    ).toMatchObject({ status: 400 });
  });

  test("streams progress as it comes", async () => {
    const { astray } = await openAstray();
    const call = await astray.streamedCall(1, "progressThenHang", {}, { progressToken: "p" });
    expect(await call.next()).toMatchObject({ params: { progressToken: "p", progress: 1 } });
    call.close();
  });

  test("asks its client, and takes the answer", async () => {
    const { astray } = await openAstray();
    const call = await astray.streamedCall(1, "elicit", { message: "?" });
    const asked = await call.next();
    expect(asked).toMatchObject({ method: "elicitation/create" });
    const answer = { jsonrpc: "2.0", id: asked?.id, result: { action: "decline" } };
    expect(await astray.post(answer)).toMatchObject({ status: 202 });
    expect(await call.next()).toMatchObject({
      id: 1,
      result: { content: [{ text: expect.stringContaining("decline") }] },
    });
  });

  test("has a standalone stream, whose headers come before any event", async () => {
    const { astray } = await openAstray({ version: "2025-06-18" });
    const listening = await astray.stream();
    expect(listening.res.headers).toMatchObject({ "content-type": "text/event-stream" });
    await astray.end();
    expect(await listening.next()).toBeUndefined();
  });

  test("goes on, after a cut, where its stream was", async () => {
    const { session, astray } = await openAstray();
    const call = await astray.streamedCall(1, "progress", { steps: 3, after: 100 }, { progressToken: "p" });
    expect(await call.next()).toMatchObject({ params: { progress: 1 } });
    const { lastEventId } = call;
    call.close();
    const isOurs = ({ id }: { id: string }) => id === session.headers["mcp-session-id"];
    await until(() => pair.a.sessions.all().find(isOurs)?.openStreams === 0);
    const resumed = await astray.resume(lastEventId);
    expect(await resumed.next()).toMatchObject({ params: { progress: 2 } });
    expect(await resumed.next()).toMatchObject({ params: { progress: 3 } });
    expect(await resumed.next()).toMatchObject({ id: 1, result: { content: [{ text: "done" }] } });
    expect(await session.tool("echo", { value: "x" })).toBe("x");
  });

  test("ends by DELETE, for both", async () => {
    const { session, astray } = await openAstray();
    expect(await astray.end()).toMatchObject({ status: 200, text: "" });
    expect(await session.call(1, "pid")).toMatchObject({ status: 404 });
    expect(await astray.call(1, "pid")).toMatchObject({ status: 404 });
  });

  test("does not hinder a new one: initialize is answered where it comes", async () => {
    const { astray } = await openAstray();
    const { headers } = await post(pair.b.url, initializeMessage(), astray.headers);
    expect(headers["mcp-session-id"]).toMatch(/^b\./);
  });

  test("is counted as relayed", () => {
    const metrics = new Map(collectFamilies(pair.b.measured).map(({ name, series }) => [name, series[0]?.value]));
    expect(metrics.get("mcp_proxy_replicas")).toBe(2);
    expect(metrics.get("mcp_proxy_relayed_total")).toBeGreaterThan(5);
  });
});

describeWithRedis("an identity that another replica passes on", () => {
  let auth: FakeAuth;
  let guarded: Pair;
  let own: RedisServer;
  const headers = (sub: string) => auth.headers(`token of ${sub}`, { sub });
  beforeAll(async () => {
    auth = await FakeAuth.open();
    own = await RedisServer.start();
    const { access, findKey } = auth;
    guarded = await openPair(own, { access, findKey, front: { hosts: ["localhost:8080"] } });
  });
  afterAll(async () => {
    await guarded[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
    auth.close();
  });

  test("is checked there as here: an assertion by auth, or 401", async () => {
    const answer = await post(guarded.a.url, initializeMessage(), headers("gh|1"));
    const id = String(answer.headers["mcp-session-id"]);
    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    const session = { "mcp-session-id": id };
    expect(await post(guarded.b.url, ping, { ...headers("gh|1"), ...session })).toMatchObject({ status: 200 });
    expect(await post(guarded.b.url, ping, { ...headers("gh|2"), ...session })).toMatchObject({ status: 404 });
    const asRelayed = { host: "localhost:8080", "x-gateway-relayed-by": "b", "x-user-id": "1", ...session };
    expect(await post(guarded.a.url, ping, asRelayed)).toMatchObject({ status: 401 });
    const forged = { ...asRelayed, "x-gateway-assertion": "e30.e30.x" };
    expect(await post(guarded.a.url, ping, forged)).toMatchObject({ status: 401 });
  });
});

describeWithRedis("a replica that cannot reach the store", () => {
  test("serves its own sessions; what is others' is not known, and not said to be gone", async () => {
    await using hung = await RedisServer.start();
    await using both = await openPair(hung);
    const session = await TestClient.open(both.a.url);
    const astray = new TestClient(both.b.url, session.headers);
    hung.signal("SIGSTOP");
    try {
      await untilAlive(0, both.a, both.b);
      expect(await session.tool("echo", { value: "on" })).toBe("on");
      expect(await astray.call(1, "pid")).toMatchObject({ status: 503, json: { id: 1, error: { code: -32603 } } });
    } finally {
      hung.signal("SIGCONT");
    }
    await untilAlive(2, both.a, both.b);
    expect(await astray.tool("echo", { value: "again" })).toBe("again");
  }, 60_000);
});
