import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EventReader, type Json, TestClient, until } from "../fixtures/client.ts";
import { openPair, type Pair } from "../fixtures/pair.ts";
import { fixture } from "../fixtures/proxy.ts";

const capabilities = { elicitation: {}, sampling: {}, roots: {} };

let redis: RedisServer;
let pair: Pair;

/** A session that one replica has, and its client, whose requests come to the other one. */
async function openAstray() {
  const session = await TestClient.open(pair.a.url, { capabilities });
  return { session, astray: new TestClient(pair.b.url, session.headers) };
}

/** The next message of that method; without one, the next answer. */
async function nextOf(stream: EventReader, method?: string): Promise<Json | undefined> {
  let message = await stream.next();
  while (message !== undefined && message.method !== method) message = await stream.next();
  return message;
}

describeWithRedis("a session of the older wire with a modern server, through the wrong replica", () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
    pair = await openPair(redis, { era: "modern", command: [process.execPath, fixture("modern-server.mjs")] });
  });
  afterAll(async () => {
    await pair[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  test("is answered by its own process", async () => {
    const { session, astray } = await openAstray();
    expect(await astray.tool("pid")).toBe(await session.tool("pid"));
    expect((await astray.post({ jsonrpc: "2.0", id: 1, method: "ping" })).json).toMatchObject({ id: 1, result: {} });
  });

  test.each([
    ["elicit", "elicitation/create", { action: "accept", content: { name: "Ann" } }, "Ann"],
    [
      "sample",
      "sampling/createMessage",
      { role: "assistant", model: "m", content: { type: "text", text: "said" } },
      "said",
    ],
    ["roots", "roots/list", { roots: [{ uri: "file:///kept" }] }, "file:///kept"],
  ])("is asked by %s in that stream, and takes the answer at either replica", async (what, method, result, said) => {
    const { session, astray } = await openAstray();
    for (const answering of [session, astray]) {
      const call = await astray.streamedCall(1, "ask", { what });
      const asked = await nextOf(call, method);
      expect(await answering.post({ jsonrpc: "2.0", id: asked?.id, result })).toMatchObject({ status: 202 });
      expect((await nextOf(call))?.result?.content[0].text).toContain(said);
    }
  });

  test("hears on its standalone stream what its server tells", async () => {
    const { session, astray } = await openAstray();
    const listening = await astray.stream();
    await session.tool("grow");
    expect(await listening.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    await astray.end();
    expect(await listening.next()).toBeUndefined();
    await until(() => pair.a.sessions.all().every(({ id }) => id !== session.headers["mcp-session-id"]));
  });

  test("has its progress told under its own token", async () => {
    const { astray } = await openAstray();
    const call = await astray.streamedCall(1, "count", { to: 2 }, { progressToken: "mine" });
    expect(await call.next()).toMatchObject({ params: { progressToken: "mine", progress: 1 } });
    expect(await call.next()).toMatchObject({ params: { progressToken: "mine", progress: 2 } });
    expect(await call.next()).toMatchObject({ id: 1, result: { content: [{ text: "counted" }] } });
  });
});
