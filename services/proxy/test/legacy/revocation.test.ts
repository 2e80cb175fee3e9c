import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { callMessage, initializeMessage, post, TestClient } from "../fixtures/client.ts";
import { FakeAuth } from "../fixtures/fake-auth.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let auth: FakeAuth;
let proxy: RunningProxy;
const begun = Date.now();
let time = 0;
beforeAll(async () => {
  auth = await FakeAuth.open();
  proxy = await openProxy({
    access: auth.access,
    findKey: auth.findKey,
    front: { hosts: ["localhost:8080"], alone: false },
    watch: { interval: 20, now: () => begun + time },
  });
});
beforeEach(() => {
  time = 0;
});
afterAll(async () => {
  await proxy.close();
  auth.close();
});

let tokens = 0;
const newToken = () => {
  tokens += 1;
  return `jti-${tokens}`;
};

/** A client whose requests carry that token, in a session of its own or in another client's. */
async function connect(jti: string, session?: TestClient): Promise<TestClient> {
  const identity = auth.headers(jti);
  const id =
    session?.headers["mcp-session-id"] ??
    (await post(proxy.url, initializeMessage(), identity)).headers["mcp-session-id"];
  const headers = { ...identity, "mcp-session-id": String(id), "mcp-protocol-version": "2025-11-25" };
  return new TestClient(proxy.url, headers);
}

const lastSeen = async (client: TestClient, count: number) =>
  (JSON.parse(await client.tool("seen")) as string[]).slice(-count - 1, -1).map((line) => JSON.parse(line));

describe("when a token is revoked (security.md 8)", () => {
  test("its GET stream ends, and that of another token goes on", async () => {
    const [ours, theirs] = [newToken(), newToken()];
    const [stream, other] = [await (await connect(ours)).stream(), await (await connect(theirs)).stream()];
    auth.ended.add(ours);
    expect(await stream.next()).toBeUndefined();
    await auth.untilAsked(2);
    expect(auth.asked.at(-1)?.tokens).toEqual([{ jti: theirs, sid: `grant of ${theirs}`, kid: "k1" }]);
    expect(other.res.complete).toBe(false);
    other.close();
  });

  test("its running call ends with an error instead of the answer, and the server is told to stop", async () => {
    const [ours, theirs] = [newToken(), newToken()];
    const client = await connect(ours);
    const stream = await client.streamedCall("c", "hang");
    auth.ended.add(ours);
    expect(await stream.next()).toMatchObject({ id: "c", error: { data: { reason: "access_revoked" } } });
    expect(await stream.next()).toBeUndefined();
    const [call, cancelled] = await lastSeen(await connect(theirs, client), 2);
    expect(call.params.name).toBe("hang");
    expect(cancelled).toMatchObject({ method: "notifications/cancelled", params: { requestId: call.id } });
  });

  test("a call that waits for a JSON answer gets 403", async () => {
    const ours = newToken();
    const client = await connect(ours);
    const answer = client.post(callMessage(1, "hang"), { accept: "application/json" });
    await auth.untilAsked();
    auth.ended.add(ours);
    expect(await answer).toMatchObject({ status: 403, json: { id: 1, error: { code: -32_000 } } });
  });

  test("a call whose connection broke ends as well: there is no result to come back for", async () => {
    const [ours, theirs] = [newToken(), newToken()];
    const client = await connect(ours);
    const broken = await client.streamedCall("late", "echo", { value: "result", after: 60_000 });
    await broken.frame();
    broken.close();
    auth.ended.add(ours);
    const resumed = await (await connect(theirs, client)).resume(broken.lastEventId);
    expect(await resumed.next()).toMatchObject({ id: "late", error: { data: { reason: "access_revoked" } } });
  });

  test("the session goes on for another token of the same user and client (security.md 20)", async () => {
    const [ours, theirs] = [newToken(), newToken()];
    const client = await connect(ours);
    const other = await connect(theirs, client);
    const revoked = await client.streamedCall(1, "hang");
    const call = other.call(2, "held", { value: "still here" });
    auth.ended.add(ours);
    expect(await revoked.next()).toMatchObject({ id: 1, error: {} });
    await other.tool("release");
    expect((await call).json?.result?.content[0].text).toBe("still here");
    expect(await other.tool("echo", { value: "x" })).toBe("x");
  });
});

describe("when a token's time is over", () => {
  test("its streams end a minute later, and its call goes on for the next token", async () => {
    const [ours, next] = [newToken(), newToken()];
    const client = await connect(ours);
    Object.assign(client.headers, auth.headers(ours, { token_exp: Math.floor(begun / 1_000) }));
    const [get, call] = [await client.stream(), await client.streamedCall("c", "elicit", { message: "?" })];
    const question = await call.next();
    time = 58_000;
    await auth.untilAsked(2);
    expect([get.res.complete, call.res.complete]).toEqual([false, false]);
    time = 61_000;
    expect(await get.next()).toBeUndefined();
    expect(await call.next()).toBeUndefined();
    const other = await connect(next, client);
    await other.post({ jsonrpc: "2.0", id: question?.id, result: { action: "accept" } });
    const resumed = await other.resume(call.lastEventId);
    expect(await resumed.next()).toMatchObject({ id: "c", result: {} });
  });
});

describe("while auth does not answer", () => {
  test("streams and calls go on, and what was revoked meanwhile ends once it answers again", async () => {
    const [ours, theirs] = [newToken(), newToken()];
    const [stream, other] = [await (await connect(ours)).stream(), await (await connect(theirs)).stream()];
    auth.status = 503;
    auth.ended.add(ours);
    await auth.untilAsked(2);
    expect([stream.res.complete, other.res.complete]).toEqual([false, false]);
    auth.status = 200;
    expect(await stream.next()).toBeUndefined();
    await auth.untilAsked(2);
    expect(other.res.complete).toBe(false);
    other.close();
  });

  test("for longer than a minute, all of them end (security.md 1)", async () => {
    const client = await connect(newToken());
    const [get, call] = [await client.stream(), await client.streamedCall("c", "hang")];
    auth.status = 503;
    await auth.untilAsked(2);
    expect(get.res.complete).toBe(false);
    time = 61_000;
    expect(await get.next()).toBeUndefined();
    expect(await call.next()).toMatchObject({ id: "c", error: { data: { reason: "access_revoked" } } });
    auth.status = 200;
  });
});
