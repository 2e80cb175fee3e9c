import { sealRequestState } from "@gateway/protocol";
import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { bindingOf } from "../../src/modern/asked.ts";
import { stateKeysOf } from "../../src/modern/request-states.ts";
import { type Answer, TestClient, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { type Name, openPair, type Pair, stateSecrets, untilAlive, userOf } from "../fixtures/pair.ts";
import { fixture } from "../fixtures/proxy.ts";

const sdkServer: [string, ...string[]] = [process.execPath, fixture("sdk-server.mjs")];
const modernServer: [string, ...string[]] = [process.execPath, fixture("modern-server.mjs")];
const canElicit = { capabilities: { elicitation: {} } };
const invalid = { status: 200, json: { error: { code: -32602, message: "Invalid or expired requestState" } } };
const names: readonly Name[] = ["a", "b"];

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** One user's clients, one at each replica. */
const clientsOf = (user: string, pair: Pair) => names.map((name) => ModernClient.of(user, pair[name].url));

function questionOf({ json, text }: Answer): { key: string; requestState: string } {
  const { inputRequests, requestState } = (json?.result ?? {}) as Record<string, unknown>;
  if (typeof requestState !== "string") throw new Error(text);
  return { key: Object.keys(inputRequests as object)[0] ?? "", requestState };
}

const accept = ({ key, requestState }: { key: string; requestState: string }) => ({
  inputResponses: { [key]: { action: "accept", content: { name: "Ann" } } },
  requestState,
});

describeWithRedis("a legacy server with two replicas, for modern clients", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair(redis, { era: "legacy" });
  });
  afterAll(async () => pair[Symbol.asyncDispose]());

  test.each(names)("has all of a user's requests in one child, that of %s", async (owner) => {
    const user = userOf(owner);
    const pids = await Promise.all(clientsOf(user, pair).map((client) => client.tool("pid")));
    expect(new Set(pids).size).toBe(1);
    expect(pair[owner].modern.children).toBeGreaterThan(0);
  });

  test("has no child for two users", async () => {
    const users = [userOf("a"), userOf("a"), userOf("b")];
    const pids = await Promise.all(users.map((user) => ModernClient.of(user, pair.a.url).tool("pid")));
    expect(new Set(pids).size).toBe(3);
  });

  test.each([
    ["a", "b"],
    ["b", "a"],
    ["b", "b"],
  ] as const)("takes up at %s what was asked at %s", async (here, there) => {
    const user = userOf("a");
    const args = { message: "Your name?" };
    const asked = await ModernClient.of(user, pair[there].url).call("elicit", args, canElicit);
    const answer = await ModernClient.of(user, pair[here].url).call(
      "elicit",
      args,
      canElicit,
      accept(questionOf(asked)),
    );
    expect(answer.json?.result?.content[0].text).toContain("Ann");
  });

  test.each<[string, (state: string) => unknown, string | undefined, object]>([
    ["altered", (state) => `${state.slice(0, -4)}AAAA`, undefined, {}],
    ["truncated", (state) => state.slice(0, -20), undefined, {}],
    ["another user's", (state) => state, "somebody else", {}],
    ["of other arguments", (state) => state, undefined, { message: "other" }],
  ])("does not take up, at either, a requestState that is %s", async (_what, change, other, more) => {
    const user = userOf("a");
    const args = { message: "?" };
    const question = questionOf(await ModernClient.of(user, pair.b.url).call("elicit", args, canElicit));
    for (const client of clientsOf(other ?? user, pair)) {
      const retry = accept({ ...question, requestState: change(question.requestState) as string });
      expect(await client.call("elicit", { ...args, ...more }, canElicit, retry)).toMatchObject(invalid);
    }
  });

  test("does not take up what has expired", async () => {
    const user = userOf("a");
    const clients = clientsOf(user, pair) as [ModernClient, ModernClient];
    const params = { name: "elicit", arguments: { message: "?" } };
    const binding = bindingOf(
      { method: "tools/call", params, text: "" },
      { server: "test", sub: user, clientId: "" },
    )();
    const state = { ...binding, kind: "park", park: "p", generation: 1, replica: "a", exp: 1_000 } as const;
    const requestState = sealRequestState(state, stateKeysOf(stateSecrets), new Uint8Array(12));
    for (const client of clients) {
      const retry = accept({ key: "r1_0", requestState });
      expect(await client.call("elicit", { message: "?" }, canElicit, retry)).toMatchObject(invalid);
    }
  });

  test("takes an answer once, wherever it comes", async () => {
    const [here, there] = clientsOf(userOf("b"), pair) as [ModernClient, ModernClient];
    const question = questionOf(await here.call("elicit", { message: "?" }, canElicit));
    const retry = (client: ModernClient) => client.call("elicit", { message: "?" }, canElicit, accept(question));
    const answers = await Promise.all([retry(here), retry(there)]);
    expect(answers.filter(({ json }) => json?.result !== undefined)).toHaveLength(1);
    expect(await retry(here)).toMatchObject(invalid);
    expect(await retry(there)).toMatchObject(invalid);
  });

  test("streams progress through the other one, and hears when the client goes", async () => {
    const user = userOf("a");
    const astray = ModernClient.of(user, pair.b.url);
    const params = { name: "progressThenHang", arguments: {} };
    const call = await astray.stream("tools/call", params, { progressToken: "p" });
    expect(await call.next()).toMatchObject({ params: { progressToken: "p", progress: 1 } });
    call.close();
    await until(async () => /notifications.cancelled/.test(await astray.tool("seen")));
  });

  test("tells a refusal by its status", async () => {
    const astray = ModernClient.of(userOf("a"), pair.b.url);
    expect(await astray.request("prompts/list")).toMatchObject({ status: 404, json: { error: { code: -32601 } } });
  });

  test("has sessions of the older wire beside it, which are of where they began", async () => {
    const sessions = await Promise.all(names.map((name) => TestClient.open(pair[name].url, { user: userOf("a") })));
    expect(sessions.map(({ headers }) => String(headers["mcp-session-id"]).slice(0, 2))).toEqual(["a.", "b."]);
  });
});

describeWithRedis("a legacy server that keeps nothing of anybody", () => {
  test("serves all users of both replicas by one child, where they cannot be asked anything", async () => {
    await using pair = await openPair(redis, { era: "legacy", isShared: true });
    const users = [userOf("a"), userOf("b")];
    const pids = await Promise.all(users.flatMap((user) => clientsOf(user, pair).map((client) => client.tool("pid"))));
    expect(new Set(pids).size).toBe(1);
  });
});

describeWithRedis("a replica that leaves", () => {
  test("ends subscriptions in good order and gives up questions; the other one serves its users from then on", async () => {
    await using pair = await openPair(redis, { era: "legacy", command: sdkServer });
    const user = userOf("a");
    const [here, there] = clientsOf(user, pair) as [ModernClient, ModernClient];
    const listening = await there.listen({ toolsListChanged: true });
    expect(await listening.next()).toMatchObject({ method: "notifications/subscriptions/acknowledged" });
    const question = questionOf(await there.call("ask", {}, canElicit));
    await pair.a.leave();
    expect(await listening.next()).toMatchObject({ result: { resultType: "complete" } });
    expect(await listening.next()).toBeUndefined();
    await untilAlive(1, pair.b);
    expect(await there.call("ask", {}, canElicit, accept(question))).toMatchObject(invalid);
    expect(await there.tool("add", { a: 1, b: 2 })).toBe("3");
    expect(await here.tool("add", { a: 1, b: 2 })).toBe("3"); // it passes on what is new
    const again = await there.listen({ toolsListChanged: true });
    expect(await again.next()).toMatchObject({ method: "notifications/subscriptions/acknowledged" });
  }, 60_000);

  test("finishes what runs, and begins nothing in its own sessions", async () => {
    await using pair = await openPair(redis, { era: "legacy" });
    const astray = ModernClient.of(userOf("a"), pair.b.url);
    const session = await TestClient.open(pair.a.url);
    const call = await astray.stream(
      "tools/call",
      { name: "progress", arguments: { after: 200 } },
      { progressToken: 1 },
    );
    expect(await call.next()).toMatchObject({ params: { progress: 1 } });
    const leaving = pair.a.leave();
    await until(() => pair.a.measured.replicas?.alive === 1);
    expect(await session.call(1, "pid")).toMatchObject({ status: 503, json: { id: 1, error: { code: -32603 } } });
    const told = [await call.next(), await call.next(), await call.next()];
    expect(told.at(-1)).toMatchObject({ result: { content: [{ text: "done" }] } });
    await leaving;
    await until(() => pair.a.modern.children === 0, 20_000);
  }, 60_000);

  test("comes back to what was its own: the other one gives it up", async () => {
    await using pair = await openPair(redis, { era: "legacy" });
    const user = userOf("a");
    const astray = ModernClient.of(user, pair.b.url);
    await pair.a.leave();
    await untilAlive(1, pair.b);
    await astray.tool("pid");
    expect(pair.b.modern.children).toBe(1);
    await pair.rejoin("a");
    await until(() => pair.b.modern.children === 0, 20_000);
  }, 60_000);
});

describeWithRedis("a replica that is cut off from the store", () => {
  test("counts as dead for the other, and as unknown for itself, and ends what another may serve", async () => {
    await using pair = await openPair(redis, { era: "legacy", command: sdkServer });
    const [cut, well] = clientsOf(userOf("a"), pair) as [ModernClient, ModernClient];
    const listening = await cut.listen({ toolsListChanged: true });
    await listening.next();
    await pair.stores.a.close();
    expect(await listening.next()).toMatchObject({ result: { resultType: "complete" } });
    expect(await cut.call("add", { a: 1, b: 2 })).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    await untilAlive(1, pair.b);
    expect(await well.tool("add", { a: 1, b: 2 })).toBe("3");
  }, 60_000);
});

describeWithRedis("a modern server with two replicas", () => {
  test("is served by any of them; a retry goes to where it was asked for, or to any once that is gone", async () => {
    await using pair = await openPair(redis, { era: "modern", command: modernServer });
    const [here, there] = clientsOf(userOf("a"), pair) as [ModernClient, ModernClient];
    expect(await here.tool("pid")).not.toBe(await there.tool("pid"));
    const args = { what: "elicit", state: "kept" };
    const ask = async () => questionOf(await here.call("ask", args, canElicit));
    const retry = async (question: Awaited<ReturnType<typeof ask>>) => {
      const { json } = await there.call("ask", args, canElicit, accept(question));
      return JSON.parse(json?.result?.content[0].text ?? "")[1];
    };
    const [first, second] = [await ask(), await ask()];
    expect(await retry(first)).toBe("kept");
    expect(pair.b.measured.replicas?.relayed).toBe(1);
    await pair.a.leave();
    await untilAlive(1, pair.b);
    expect(await retry(second)).toBe("kept");
    expect(pair.b.measured.replicas?.relayed).toBe(1);
    expect(await there.call("ask", args, canElicit, accept(first))).toMatchObject(invalid); // it was answered there
  }, 60_000);
});

describe("without replicas", () => {
  test("a requestState of another process is none", () => {
    const [one, other] = [stateKeysOf(), stateKeysOf()];
    expect(one[0].kid).not.toBe(other[0].kid);
  });

  test("one secret makes one key, and the one before it still opens", () => {
    const [first, second] = ["x".repeat(32), "y".repeat(32)];
    const [now, before] = stateKeysOf([second, first]);
    expect([before]).toEqual(stateKeysOf([first]));
    expect(now.kid).not.toBe(before?.kid);
  });
});
