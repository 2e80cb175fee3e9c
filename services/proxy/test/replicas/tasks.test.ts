import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { type Name, openPair, type Pair, untilAlive, userOf } from "../fixtures/pair.ts";
import { fixture } from "../fixtures/proxy.ts";

const knowsTasks = { capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } };
const canElicit = { capabilities: { elicitation: {} } };
const command = (file: string): [string, ...string[]] => [process.execPath, fixture(file)];
const both: readonly [Name, Name][] = [
  ["a", "b"],
  ["b", "a"],
];

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis[Symbol.asyncDispose]());

describeWithRedis("the tasks of a modern server with two replicas", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair(redis, { era: "modern", command: command("modern-server.mjs") });
  });
  afterAll(async () => pair[Symbol.asyncDispose]());

  test.each(both)("begun at %s are known at %s, as they are at neither of another user", async (here, there) => {
    const user = userOf("a");
    const begun = await ModernClient.of(user, pair[here].url).call("begin", {}, knowsTasks);
    expect(begun.json?.result).toMatchObject({ resultType: "task", taskId: "t-1" });
    const get = (who: string) =>
      ModernClient.of(who, pair[there].url).request("tasks/get", { taskId: "t-1" }, knowsTasks);
    expect((await get(user)).json?.result).toMatchObject({ taskId: "t-1", status: "completed" });
    expect((await get(userOf("a"))).json).toMatchObject({ error: { code: -32602 } });
  });

  test("are listened for where they run", async () => {
    const user = userOf("a");
    const notifications = { taskIds: ["t-1"] };
    const listening = await ModernClient.of(user, pair.b.url).listen(notifications, knowsTasks);
    expect(await listening.next()).toMatchObject({ method: "notifications/subscriptions/acknowledged" });
    expect(pair.a.modern.openStreams).toBe(1);
    listening.close();
    await until(() => pair.a.modern.openStreams === 0);
  });
});

describeWithRedis("a tool that only runs as a task, of a legacy server with two replicas", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair(redis, { era: "legacy", command: command("task-server.mjs") });
  });
  afterAll(async () => pair[Symbol.asyncDispose]());

  test.each(both)("of a user of %s answers at %s too, and tells its progress there", async (owner, there) => {
    const client = ModernClient.of(userOf(owner), pair[there].url);
    const { json, events } = await client.call("slow", { value: "done" }, { progressToken: "mine" });
    expect(events[0]?.params).toEqual({ progressToken: "mine", progress: 1 });
    expect(json?.result).toMatchObject({ resultType: "complete", content: [{ type: "text", text: "done" }] });
  });

  test.each(both)("asks its client at %s, and goes on with what is answered at %s", async (here, there) => {
    const user = userOf("a");
    const args = { message: "Your name?" };
    const asked = await ModernClient.of(user, pair[here].url).call("asking", args, canElicit);
    const { inputRequests, requestState } = (asked.json?.result ?? {}) as Record<string, unknown>;
    const [key = ""] = Object.keys(inputRequests as object);
    const inputResponses = { [key]: { action: "accept", content: { name: "Ann" } } };
    const retry = { inputResponses, requestState };
    const answer = await ModernClient.of(user, pair[there].url).call("asking", args, canElicit, retry);
    expect(answer.json?.result?.content[0].text).toBe("accept Ann");
  });

  test("is cancelled in its process when its client at the other one leaves", async () => {
    const client = ModernClient.of(userOf("a"), pair.b.url);
    const call = await client.stream("tools/call", { name: "endless", arguments: {} });
    call.close();
    await until(async () => (await client.tool("statuses")) === "cancelled");
  });

  test("goes on in another process when its replica has left, and what it asked is gone", async () => {
    await using own = await RedisServer.start();
    await using going = await openPair(own, { era: "legacy", command: command("task-server.mjs") });
    const client = ModernClient.of(userOf("a"), going.b.url);
    const args = { message: "Your name?" };
    const asked = await client.call("asking", args, canElicit);
    const { requestState } = (asked.json?.result ?? {}) as Record<string, unknown>;
    await going.a.leave();
    await untilAlive(1, going.b);
    const retry = await client.call("asking", args, canElicit, { inputResponses: {}, requestState });
    expect(retry).toMatchObject({ status: 200, json: { error: { code: -32602 } } });
    expect(await client.tool("slow", { value: "again" })).toBe("again");
  }, 60_000);
});
