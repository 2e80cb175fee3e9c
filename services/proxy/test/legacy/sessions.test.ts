import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, type Headers, initializeMessage, post, send, TestClient, until } from "../fixtures/client.ts";
import { isRunning } from "../fixtures/is-running.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const open = proxiesOfEachTest();

describe("a session", () => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    proxy = await openProxy();
  });
  afterAll(() => proxy.close());

  test("has an id of 192 random bits in visible ASCII", async () => {
    const clients = await Promise.all([1, 2, 3].map(() => TestClient.open(proxy.url)));
    const ids = clients.map(({ headers }) => headers["mcp-session-id"] as string);
    for (const id of ids) expect(id).toMatch(/^[\w-]{32}$/);
    expect(new Set(ids).size).toBe(3);
  });

  test("has a child of its own", async () => {
    const [one, other] = await Promise.all([TestClient.open(proxy.url), TestClient.open(proxy.url)]);
    expect(await one.tool("pid")).not.toBe(await other.tool("pid"));
    expect(await one.tool("pid")).toBe(await one.tool("pid"));
  });

  test.each(["POST", "GET", "DELETE"])("of another user is not found, by %s, and lives on", async (method) => {
    const alice = await TestClient.open(proxy.url, { user: "1" });
    const headers = {
      ...alice.headers,
      "x-user-id": "2",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const body = method === "POST" ? JSON.stringify(callMessage(1, "pid")) : undefined;
    const stranger = await send(proxy.url, method, body, headers);
    const unknown = await send(proxy.url, method, body, { ...headers, "mcp-session-id": "unknown" });
    expect(stranger).toMatchObject({ status: 404, json: { error: { code: -32_001, message: "Session not found" } } });
    expect(stranger.text).toBe(unknown.text);
    expect(await alice.tool("pid")).toMatch(/^\d+$/);
  });

  test("of one user never gets an answer of another, though all ids are equal", async () => {
    const users = await Promise.all(["1", "2"].map((user) => TestClient.open(proxy.url, { user })));
    const calls = Array.from({ length: 1_000 }, (_, index) => {
      const [user, client] = index % 2 === 0 ? ["1", users[0]] : ["2", users[1]];
      const value = `${user} ${index}`;
      return client
        ?.call(1, "echo", { value, after: (index * 7) % 30 })
        .then(({ json }) => ({ value, got: json?.result?.content[0].text }));
    });
    for (const outcome of await Promise.all(calls)) expect(outcome?.got).toBe(outcome?.value);
  }, 60_000);

  test("is named by every response of its own: JSON, a stream, and one without a body", async () => {
    const client = await TestClient.open(proxy.url);
    const id = client.headers["mcp-session-id"];
    const stream = await client.stream();
    const answers = [
      await client.call(1, "echo", { value: "x" }),
      await client.call(2, "log"),
      await client.post({ jsonrpc: "2.0", method: "notifications/x" }),
      stream.res,
    ];
    stream.close();
    expect(answers.map(({ headers }) => headers["mcp-session-id"])).toEqual([id, id, id, id]);
  });

  const batch = [callMessage(1, "pid"), callMessage(2, "pid")];
  test.each<[string, number, string, unknown, Headers]>([
    ["a version that is not served", 400, "POST", callMessage(1, "pid"), { "mcp-protocol-version": "1999-01-01" }],
    ["a batch", 400, "POST", batch, {}],
    ["initialize within it", 400, "POST", initializeMessage(), {}],
    ["a body that is no JSON", 400, "POST", undefined, {}],
    ["a media type that is none of ours", 415, "POST", callMessage(1, "pid"), { "content-type": "text/plain" }],
    ["an event id that is none of its own", 400, "GET", undefined, { "last-event-id": "nope" }],
    ["a version that is not served, by GET", 400, "GET", undefined, { "mcp-protocol-version": "1999-01-01" }],
    ["a stream that is not accepted", 406, "GET", undefined, { accept: "application/json" }],
    ["a version that is not served, by DELETE", 400, "DELETE", undefined, { "mcp-protocol-version": "1999-01-01" }],
    ["its end", 200, "DELETE", undefined, {}],
  ])("is named to its owner alone by the answer to %s", async (_what, status, method, message, headers) => {
    const client = await TestClient.open(proxy.url, { user: "1" });
    const own = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const body = message === undefined ? undefined : JSON.stringify(message);
    const ask = (user: string) =>
      send(proxy.url, method, body, { ...client.headers, ...own, ...headers, "x-user-id": user });
    expect((await ask("2")).headers["mcp-session-id"]).not.toBe(client.headers["mcp-session-id"]);
    const answer = await ask("1");
    expect([answer.status, answer.headers["mcp-session-id"]]).toEqual([status, client.headers["mcp-session-id"]]);
  });

  test("hands on what comes before notifications/initialized: the server decides", async () => {
    const { headers } = await post(proxy.url, initializeMessage());
    const session = { "mcp-session-id": String(headers["mcp-session-id"]) };
    const { json } = await post(proxy.url, callMessage(1, "echo", { value: "early" }), session);
    expect(json?.result?.content[0].text).toBe("early");
  });

  test("ends by DELETE: its id means nothing from then on, and its child is gone", async () => {
    const client = await TestClient.open(proxy.url);
    const pid = Number(await client.tool("pid"));
    const stream = await client.stream();
    expect(await client.end()).toMatchObject({ status: 200, text: "" });
    expect(await stream.next()).toBeUndefined();
    expect(await client.call(1, "pid")).toMatchObject({ status: 404, json: { id: 1, error: { code: -32_001 } } });
    expect(await client.end()).toMatchObject({ status: 404 });
    await until(() => !isRunning(pid));
  });

  test("that is deleted during a call answers the call", async () => {
    const client = await TestClient.open(proxy.url);
    const call = client.call(4, "hang");
    await client.end();
    expect((await call).json).toMatchObject({ id: 4, error: { code: -32_001 } });
  });

  test("takes no second identity header", async () => {
    const answer = await post(proxy.url, initializeMessage(), { "x-user-id": ["1", "2"] });
    expect(answer).toMatchObject({ status: 400 });
  });
});

describe("limits", () => {
  test("one user has so many sessions, and others have room", async () => {
    const proxy = await open({ limits: { sessionsPerUser: 1, sessions: 2 } });
    const first = await TestClient.open(proxy.url, { user: "1" });
    const refused = await post(proxy.url, initializeMessage(), { "x-user-id": "1" });
    expect(refused).toMatchObject({ status: 429, json: { id: 0, error: { code: -32_603 } } });
    expect(refused.headers["retry-after"]).toMatch(/^\d+$/);
    await TestClient.open(proxy.url, { user: "2" });
    const full = await post(proxy.url, initializeMessage(), { "x-user-id": "3" });
    expect(full).toMatchObject({ status: 503, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
    await first.end();
    await TestClient.open(proxy.url, { user: "1" });
  });

  test("sessions that are being made count", async () => {
    const proxy = await open({ limits: { sessionsPerUser: 2 } });
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(proxy.url, initializeMessage())));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429, 429, 429]);
  });

  test("an idle session ends; a running call and an open stream are not idle", async () => {
    const proxy = await open({ limits: { sessionIdle: 2_000 } });
    const [idle, calling, listening] = await Promise.all([1, 2, 3].map(() => TestClient.open(proxy.url)));
    const call = calling?.streamedCall(1, "held", { value: "late" });
    const stream = await listening?.stream();
    await until(() => proxy.sessions.size === 2);
    expect(await idle?.call(1, "pid")).toMatchObject({ status: 404 });
    await calling?.tool("release");
    expect((await (await call)?.next())?.result?.content[0].text).toBe("late");
    expect((await listening?.call(1, "pid"))?.status).toBe(200);
    stream?.close();
    await until(() => proxy.sessions.size === 0);
  });

  test("a call that takes too long is answered, and the server is told", async () => {
    const proxy = await open({ limits: { request: 2_000 } });
    const client = await TestClient.open(proxy.url);
    const answer = await client.call(1, "hang");
    expect(answer).toMatchObject({
      status: 200,
      json: { id: 1, error: { code: -32_603, data: { reason: "timeout" } } },
    });
    expect(await client.tool("seen")).toContain("notifications/cancelled");
  });

  test("progress renews the time a call may take", async () => {
    const proxy = await open({ limits: { request: 2_500 } });
    const client = await TestClient.open(proxy.url);
    const answer = await client.call(1, "progress", { steps: 6, after: 500 }, { progressToken: 1 });
    expect(answer.json).toMatchObject({ id: 1, result: {} });
  });

  test("the time in which its only call asks the client something is not counted", async () => {
    const proxy = await open({ limits: { request: 2_000 } });
    const client = await TestClient.open(proxy.url);
    const call = await client.streamedCall(1, "elicit", { message: "Your name?" });
    const asked = await call.next();
    expect((await client.call(2, "hang")).json?.error).toMatchObject({ data: { reason: "timeout" } });
    await client.post({ jsonrpc: "2.0", id: asked?.id, result: { action: "decline" } });
    expect(await call.next()).toMatchObject({ id: 1, result: {} });
  });
});
