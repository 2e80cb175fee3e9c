import { metaKeys } from "@gateway/protocol";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Answer, initializeMessage, post, send, until } from "../fixtures/client.ts";
import { isRunning } from "../fixtures/is-running.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const server = (...flags: string[]): [string, ...string[]] => [
  process.execPath,
  fixture("modern-server.mjs"),
  ...flags,
];

/** An answer of this form has its status, however long it takes. */
const json = { accept: "application/json" };

const modernHeader = { "mcp-protocol-version": "2026-07-28" };

let proxy: RunningProxy;
let client: ModernClient;
beforeAll(async () => {
  proxy = await openProxy({ command: server(), era: "modern" });
  client = new ModernClient(proxy.url);
});
afterAll(() => proxy.close());

describe("what is refused before the server hears of it", () => {
  test.each<[string, object, Record<string, string>, number, number]>([
    ["a header that contradicts the body", client0().message("tools/list"), { "mcp-method": "ping" }, 400, -32020],
    ["a version that is not served", version("2099-01-01"), { "mcp-protocol-version": "2099-01-01" }, 400, -32022],
    ["no envelope", { jsonrpc: "2.0", id: 1, method: "tools/list" }, {}, 400, -32602],
    ["initialize", client0().message("initialize"), {}, 404, -32601],
    ["ping", client0().message("ping"), {}, 404, -32601],
    ["an older handshake under a newer header", { jsonrpc: "2.0", id: 1, method: "initialize" }, {}, 400, -32020],
  ])("%s", async (_what, message, headers, status, code) => {
    const { method } = message as { method: string };
    const answer = await post(proxy.url, message, { ...client.headersOf({ method }), ...headers });
    expect(answer).toMatchObject({ status, json: { id: (message as { id: unknown }).id, error: { code } } });
    expect(answer.headers["mcp-session-id"]).toBeUndefined();
  });

  test.each<[string, unknown, Record<string, string>, number]>([
    ["no JSON", "{", modernHeader, -32700],
    ["a response", { jsonrpc: "2.0", id: 1, result: {} }, modernHeader, -32600],
    ["an array", [client0().message("tools/list")], modernHeader, -32600],
    ["an array, whose headers do not say of which wire it is", [client0().message("tools/list")], {}, -32600],
  ])("%s, without an id that could not be read", async (_what, body, headers, code) => {
    const { status, text } = await post(proxy.url, body, headers);
    expect([status, JSON.parse(text)]).toMatchObject([400, { error: { code } }]);
    expect(JSON.parse(text)).not.toHaveProperty("id");
  });

  test.each(["GET", "DELETE"])("%s", async (method) => {
    const { status, headers } = await send(proxy.url, method, undefined, modernHeader);
    expect([status, headers.allow]).toEqual([405, "POST"]);
  });

  test.each([
    [undefined, 400],
    ["us", 400],
    ["=?base64?ZXU=?=", 200],
  ])("a call whose argument eu has the header %s: %i", async (header, status) => {
    const headers = header === undefined ? {} : { "mcp-param-region": header };
    const answer = await client.request("tools/call", { name: "region", arguments: { region: "eu" } }, {}, headers);
    expect(answer.status).toBe(status);
    expect(answer.json?.error?.code).toBe(status === 200 ? undefined : -32020);
  });

  test("a call without the header of a tool that stands on a later page; not once the tool asks for none", async () => {
    await using paged = await openDisposable({ command: server("--pages") });
    const own = new ModernClient(paged.url);
    const call = () => own.call("region", { region: "eu" });
    expect(await call()).toMatchObject({ status: 400, json: { error: { code: -32020 } } });
    await own.call("unbind");
    await until(async () => (await call()).status === 200);
  });

  test("an answer to what nobody asked, for which no process is started", async () => {
    await using none = await openDisposable({ command: ["/no/such/server"] });
    const retry = { requestState: "v1.nobody.s", inputResponses: {} };
    expect(await new ModernClient(none.url).call("echo", {}, {}, retry)).toMatchObject({
      status: 200,
      json: { error: { code: -32602, message: "Invalid or expired requestState" } },
    });
  });

  test("what names a session, though there are none in its wire, and though it lives", async () => {
    await using both = await openDisposable({ command: server("--both"), era: "both" });
    const { headers: session } = await post(both.url, initializeMessage());
    const inSession = { "mcp-session-id": String(session["mcp-session-id"]) };
    const { status, headers } = await post(both.url, [client0().message("tools/list")], inSession);
    expect([status, headers["mcp-session-id"]]).toEqual([400, undefined]);
  });

  test("a notification whose header contradicts it; others are accepted", async () => {
    const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: {} };
    const headers = client.headersOf(cancelled);
    expect(await post(proxy.url, cancelled, headers)).toMatchObject({ status: 202, text: "" });
    expect(await post(proxy.url, cancelled, { ...headers, "mcp-method": "x" })).toMatchObject({ status: 400 });
  });
});

describe("a modern client with a modern server", () => {
  test("learns what it can do, of versions that are served here", async () => {
    const { json } = await client.request("server/discover");
    expect(json?.result).toMatchObject({
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: { listChanged: true } },
      resultType: "complete",
      ttlMs: 0,
      cacheScope: "private",
      _meta: { [metaKeys.serverInfo]: { name: "modern" } },
    });
  });

  test("calls tools at one time under equal ids, and no answer crosses", async () => {
    const values = Array.from({ length: 50 }, (_, value) => `v${value}`);
    const answers = await Promise.all(
      values.map((value) => new ModernClient(proxy.url).call("echo", { value, after: 5 })),
    );
    expect(answers.map(({ json }) => [json?.id, json?.result?.content[0].text])).toEqual(values.map((v) => [1, v]));
  });

  test("is answered by JSON at once, and by a stream when it takes long", async () => {
    const quick = async () => (await client.call("echo", { value: "x" })).headers["content-type"];
    await until(async () => (await quick()) === "application/json"); // a machine that stands still is slow now and then
    const late = await client.call("echo", { value: "x", after: 1_500 });
    expect(late.headers["content-type"]).toBe("text/event-stream");
    expect(late.text).not.toMatch(/^id:/m);
  });

  test("gets progress under its own token", async () => {
    const { events } = await client.call("count", { to: 2 }, { progressToken: "mine" });
    expect(events.slice(0, 2).map(({ params }) => params)).toEqual([
      { progressToken: "mine", progress: 1 },
      { progressToken: "mine", progress: 2 },
    ]);
  });

  test("gets the log messages that it asked for, and no others", async () => {
    expect((await client.call("log", {}, { logLevel: "error" })).events.map(({ params }) => params?.level)).toEqual([
      "error",
      undefined,
    ]);
    expect((await client.call("log")).events.filter(({ method }) => method !== undefined)).toEqual([]);
  });

  test("gets no log messages while another of its requests is at work: whose they are cannot be known", async () => {
    const other = await client.stream("tools/call", { name: "hang", arguments: {} });
    await other.frame();
    const { events } = await client.call("log", {}, { logLevel: "debug" });
    expect(events.filter(({ method }) => method !== undefined)).toEqual([]);
    other.close();
  });

  test.each([
    ["of a type that is not known", "surprise", {}],
    ["of a type of an extension that the client does not declare", "task", {}],
    ["that asks for input and does not say for which", "input_required", { elicitation: {} }],
  ])(
    "is not given a result %s, but an error, of which the operator is warned",
    async (_what, resultType, capabilities) => {
      await using own = await openDisposable({});
      const { status, json } = await new ModernClient(own.url).call("answerAs", { resultType }, { capabilities });
      expect([status, json?.error?.code]).toEqual([200, -32603]);
      expect(own.logged()).toMatch(/"level":"warn".*the MCP server (answers with a result|asks its client for input)/);
    },
  );

  test("that closes the response cancels its call", async () => {
    const call = await client.stream("tools/call", { name: "hang", arguments: {} });
    await call.frame();
    call.close();
    await until(async () => /notifications.cancelled/.test(await client.tool("seen")));
  });

  test.each([
    ["no such tool", "tools/call", { name: "none" }, 200, -32602],
    ["no such method of the server", "prompts/list", {}, 404, -32601],
    ["a capability that the server misses", "tools/call", fail({ code: -32021, message: "m", data: {} }), 400, -32021],
    ["an error of the server's own", "tools/call", fail({ code: 7, message: "m" }), 200, 7],
    [
      "a version that is not the server's, though it said that it is",
      "tools/call",
      fail({ code: -32022, message: "m", data: { supported: ["2099-01-01"], requested: "2026-07-28" } }),
      200,
      -32603,
    ],
    ["an error that is none", "tools/call", fail(null as never), 200, -32603],
    [
      "a code that the specification may yet give a meaning",
      "tools/call",
      fail({ code: -32055, message: "m" }),
      200,
      -32603,
    ],
  ])("is told of %s", async (_what, method, params, status, code) =>
    expect(await client.request(method, params, {}, json)).toMatchObject({ status, json: { error: { code } } }),
  );

  test("is told when the server exits, and is served again", async () => {
    const mine = ModernClient.of("crashing", proxy.url);
    expect(await mine.request("tools/call", { name: "crash" }, {}, json)).toMatchObject({
      status: 500,
      json: { error: { code: -32603, data: { reason: "server_exited" } } },
    });
    expect(await mine.tool("echo", { value: "again" })).toBe("again");
  });
});

describe("a child", () => {
  test("serves one user, for all of the user's requests", async () => {
    const pids = await Promise.all(["ann", "ann", "ben"].map((user) => ModernClient.of(user, proxy.url).tool("pid")));
    expect(pids[0]).toBe(pids[1]);
    expect(pids[0]).not.toBe(pids[2]);
  });

  test("ends with the proxy", async () => {
    const own = await openProxy({ command: server(), era: "modern" });
    const pid = Number(await new ModernClient(own.url).tool("pid"));
    await own.close();
    expect(isRunning(pid)).toBe(false);
  });

  test("that is ended in a call is told of as one that exited", async () => {
    const own = await openProxy({ command: server(), era: "modern" });
    const answer = new ModernClient(own.url).request("tools/call", { name: "hang" }, {}, json);
    await until(() => own.modern.atWork === 1);
    await own.modern.close();
    expect(await answer).toMatchObject({
      status: 500,
      json: { error: { code: -32603, data: { reason: "server_exited" } } },
    });
  });

  test("that tells of no changes is not asked for its tools with each call", async () => {
    await using own = await openDisposable({ command: server("--no-subscriptions") });
    const mine = new ModernClient(own.url);
    for (let calls = 0; calls < 5; calls += 1) await mine.tool("echo", { value: "x" });
    const lines = (JSON.parse(await mine.tool("seen")) as string[]).map((line) => JSON.parse(line));
    const lists = lines.filter(({ method }) => method === "tools/list");
    expect(lists.length).toBeLessThan(5);
  });

  test("counts against the limits of sessions", async () => {
    await using own = await openDisposable({ limits: { sessions: 1 } });
    expect(await ModernClient.of("ann", own.url).tool("echo", { value: "x" })).toBe("x");
    const { status, json, headers } = await ModernClient.of("ben", own.url).call("pid");
    expect([status, json?.error?.code, headers["retry-after"]]).toEqual([503, -32603, "5"]);
  });

  test("that does not start is not tried without end", async () => {
    await using own = await openDisposable({ command: server("--exit-on-discover") });
    const statuses: number[] = [];
    for (let tries = 0; tries < 5; tries += 1)
      statuses.push((await new ModernClient(own.url).request("tools/call", { name: "pid" }, {}, json)).status);
    expect(statuses).toEqual([500, 500, 500, 503, 503]);
  });

  test("has no more unanswered requests than are allowed", async () => {
    await using own = await openDisposable({ limits: { pendingRequests: 1 } });
    const mine = new ModernClient(own.url);
    const hanging = await mine.stream("tools/call", { name: "hang", arguments: {} });
    await hanging.frame();
    expect(await mine.request("server/discover")).toMatchObject({ status: 503, json: { error: { code: -32603 } } });
    hanging.close();
  });
});

describe("a question of the server", () => {
  const canElicit = { capabilities: { elicitation: {} } };
  const ask = (args: object, envelope: object = canElicit) => client.call("ask", args, envelope);
  const retry = (args: object, more: object, as = client) => as.call("ask", args, canElicit, more);

  test("that the client did not say it can answer is not asked", async () => {
    expect(await ask({ what: "sample" })).toMatchObject({
      status: 400,
      json: { error: { code: -32021, data: { requiredCapabilities: { sampling: {} } } } },
    });
    expect(await ask({ what: "tasks" })).toMatchObject({ status: 200, json: { error: { code: -32603 } } });
  });

  test.each([
    ["its own state", { what: "elicit", state: "secret" }, "secret"],
    ["no state", { what: "elicit" }, null],
  ])("comes back to the server with %s, which no client sees", async (_what, args, state) => {
    const asked = await ask(args);
    const { inputRequests, requestState } = questionOf(asked);
    expect(inputRequests).toEqual({ q: expect.objectContaining({ method: "elicitation/create" }) });
    expect(asked.text).not.toContain("secret");
    const inputResponses = { q: { action: "accept", content: { name: "Ann" } } };
    const answer = await retry(args, { inputResponses, requestState });
    expect(JSON.parse(answer.json?.result?.content[0].text ?? "")).toEqual([inputResponses, state]);
  });

  test("of a process that has exited is answered to the next one", async () => {
    const mine = ModernClient.of("asked before a crash", proxy.url);
    const args = { what: "elicit", state: "secret" };
    const { requestState } = questionOf(await mine.call("ask", args, canElicit));
    await mine.request("tools/call", { name: "crash" }, {}, json);
    const inputResponses = { q: { action: "decline" } };
    const answer = await retry(args, { inputResponses, requestState }, mine);
    expect(JSON.parse(answer.json?.result?.content[0].text ?? "")).toEqual([inputResponses, "secret"]);
  });

  test("with a state that is longer than what would be taken back is not asked: the call has failed", async () => {
    const { json } = await ask({ what: "elicit", state: "x".repeat(1_048_576) });
    expect(json?.error).toEqual({ code: -32603, message: expect.stringContaining("too long") });
  });

  test("with a state of half a mebibyte comes back", async () => {
    const args = { what: "elicit", state: "x".repeat(524_288) };
    const { requestState } = questionOf(await ask(args));
    expect((await retry(args, { inputResponses: {}, requestState })).json?.result).toBeDefined();
  });

  test.each([
    ["altered", (state: string) => `${state.slice(0, -4)}AAAA`, undefined, {}],
    ["of another user", (state: string) => state, "ben", {}],
    ["of other arguments", (state: string) => state, undefined, { more: 1 }],
    ["of no text", () => 7, undefined, {}],
  ])("is not taken up again by a requestState that is %s", async (_what, change, user, more) => {
    const args = { what: "elicit", state: "secret" };
    const { requestState } = questionOf(await ask(args));
    const as = user === undefined ? client : ModernClient.of(user, proxy.url);
    const answer = await retry({ ...args, ...more }, { inputResponses: {}, requestState: change(requestState) }, as);
    expect(answer).toMatchObject({
      status: 200,
      json: { error: { code: -32602, message: "Invalid or expired requestState" } },
    });
  });
});

describe("a server that is said to keep nothing of anybody", () => {
  let shared: RunningProxy;
  const of = (user: string) => ModernClient.of(user, shared.url);
  beforeAll(async () => {
    shared = await openProxy({ command: server(), era: "modern", isShared: true, limits: { sessionsPerUser: 1 } });
  });
  afterAll(() => shared.close());

  test("serves all users by one process", async () => {
    const pids = await Promise.all(["ann", "ben", "cat"].map((user) => of(user).tool("pid")));
    expect(new Set(pids).size).toBe(1);
  });

  test("lets no one's answers be kept for others, whatever it says", async () =>
    expect((await of("ann").request("tools/list")).json?.result).toMatchObject({ cacheScope: "private" }));

  test("is asked a question's answer only by the user whose question it was", async () => {
    const args = { what: "elicit", state: "secret" };
    const asked = await of("ann").call("ask", args, { capabilities: { elicitation: {} } });
    const { requestState } = questionOf(asked);
    const more = { inputResponses: { q: { action: "decline" } }, requestState };
    const retry = (user: string) => of(user).call("ask", args, { capabilities: { elicitation: {} } }, more);
    expect((await retry("ben")).json?.error?.code).toBe(-32602);
    expect((await retry("ann")).json?.result).toBeDefined();
  });
});

describe("a subscription", () => {
  test("gets what it asked for under its own id, until its client closes it", async () => {
    const listening = await client.listen({ toolsListChanged: true });
    const subscribed = { _meta: { [metaKeys.subscriptionId]: expect.any(Number) } };
    expect(await listening.next()).toEqual({
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      params: { notifications: { toolsListChanged: true }, ...subscribed },
    });
    await client.call("grow");
    expect(await listening.next()).toMatchObject({ method: "notifications/tools/list_changed", params: subscribed });
    listening.close();
    await until(async () => (await client.tool("listens")) === "0");
    expect(proxy.modern.openStreams).toBe(0);
  });

  test("gets neither progress nor log messages, whatever the server stamps", async () => {
    await using own = await openDisposable({});
    const mine = new ModernClient(own.url);
    const listening = await mine.listen({ toolsListChanged: true }, { progressToken: "p", logLevel: "debug" });
    await listening.next();
    await mine.call("babble");
    await mine.call("grow");
    expect(await listening.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    listening.close();
  });

  test("has the client's own id on all that comes, though two have the same", async () => {
    const listens = await Promise.all(
      ["a:1", "a:2"].map((uri) => new ModernClient(proxy.url).listen({ resourceSubscriptions: [uri] })),
    );
    for (const listening of listens) await listening.next();
    await client.call("touch", { uri: "a:2" });
    expect(await listens[1]?.next()).toMatchObject({ params: { uri: "a:2", _meta: { [metaKeys.subscriptionId]: 1 } } });
    await client.call("hush");
    for (const listening of listens) {
      const result = { resultType: "complete", _meta: { [metaKeys.subscriptionId]: 1 } };
      expect(await listening.next()).toEqual({ jsonrpc: "2.0", id: 1, result });
      expect(await listening.next()).toBeUndefined();
    }
  });

  test.each([
    ["", {}],
    [", stamped as all that belongs to it", { isStamped: true }],
  ])("ends in good order when the server takes it back, and is no longer one of the user's%s", async (_how, how) => {
    await using own = await openDisposable({});
    const mine = new ModernClient(own.url);
    const listening = await mine.listen({ toolsListChanged: true });
    await listening.next();
    await mine.call("dismiss", how);
    const result = { resultType: "complete", _meta: { [metaKeys.subscriptionId]: 1 } };
    expect(await listening.next()).toEqual({ jsonrpc: "2.0", id: 1, result });
    expect(await listening.next()).toBeUndefined();
    await until(() => own.modern.openStreams === 0);
  });

  test("of the proxy's own to a server's tools is opened again when the server takes it back", async () => {
    await using own = await openDisposable({});
    const mine = new ModernClient(own.url);
    const listens = async () => (await mine.tool("seen")).split("gateway tools").length - 1;
    expect(await listens()).toBe(1);
    await mine.call("dismiss");
    await until(async () => (await listens()) === 2);
  });

  test("ends in good order when the server exits", async () => {
    const mine = ModernClient.of("listening", proxy.url);
    const listening = await mine.listen({ toolsListChanged: true });
    await listening.next();
    await mine.call("crash");
    expect(await listening.next()).toMatchObject({ result: { resultType: "complete" } });
  });

  test("is refused to a client that takes no stream: it would be told nothing", async () => {
    const answer = await client.request(
      "subscriptions/listen",
      { notifications: { toolsListChanged: true } },
      {},
      json,
    );
    expect(answer).toMatchObject({ status: 406, json: { id: expect.any(Number), error: { code: -32600 } } });
  });

  test("without a filter is refused, and so is one too many", async () => {
    expect(await client.request("subscriptions/listen")).toMatchObject({ json: { error: { code: -32602 } } });
    const resourceSubscriptions = Array.from({ length: 101 }, (_, number) => `a:${number}`);
    expect(await client.request("subscriptions/listen", { notifications: { resourceSubscriptions } })).toMatchObject({
      json: { error: { code: -32602, message: expect.stringContaining("at most 100") } },
    });
    const mine = ModernClient.of("many", proxy.url);
    const open = await Promise.all(Array.from({ length: 32 }, () => mine.listen({})));
    for (const listening of open) await listening.next();
    expect(await mine.request("subscriptions/listen", { notifications: {} })).toMatchObject({
      json: { error: { code: -32603 } },
    });
    for (const listening of open) listening.close();
  });
});

function questionOf({ json, text }: Answer): { inputRequests: object; requestState: string } {
  const { inputRequests, requestState } = (json?.result ?? {}) as Record<string, unknown>;
  if (typeof requestState !== "string") throw new Error(text);
  return { inputRequests: inputRequests as object, requestState };
}

/** A call that comes to this error. */
function fail(error: object) {
  return { name: "fail", arguments: { error } };
}

/** A client before there is a proxy, for tables. */
function client0(): ModernClient {
  return new ModernClient("");
}

function version(name: string) {
  const message = client0().message("tools/list");
  return { ...message, params: { _meta: { ...message.params._meta, [metaKeys.protocolVersion]: name } } };
}

async function openDisposable(options: Parameters<typeof openProxy>[0]) {
  const own = await openProxy({ command: server(), era: "modern", ...options });
  return { url: own.url, modern: own.modern, logged: own.logged, [Symbol.asyncDispose]: () => own.close() };
}
