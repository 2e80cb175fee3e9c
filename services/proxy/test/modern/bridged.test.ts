import { metaKeys } from "@gateway/protocol";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Answer, post, TestClient, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, type Options, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const sdkServer: [string, ...string[]] = [process.execPath, fixture("sdk-server.mjs")];
const all = { capabilities: { elicitation: {}, sampling: {}, roots: {} } };
const canElicit = { capabilities: { elicitation: {} } };

/** By hand, and made with the official SDK; both of the older wire alone. */
let raw: RunningProxy;
let sdk: RunningProxy;
let users = 0;
beforeAll(async () => {
  [raw, sdk] = await Promise.all([open({}), open({ command: sdkServer })]);
});
afterAll(() => Promise.all([raw.close(), sdk.close()]));

function open(options: Options): Promise<RunningProxy> {
  return openProxy({ era: "legacy", ...options });
}

/** A client of a user whom nobody had before. */
function clientOf({ url }: Pick<RunningProxy, "url">): ModernClient {
  users += 1;
  return ModernClient.of(`user ${users}`, url);
}

interface Question {
  readonly keys: string[];
  readonly inputRequests: Record<string, { method: string; params: Record<string, unknown> }>;
  readonly requestState: string;
}

function questionOf({ json, text }: Answer): Question {
  const { resultType, inputRequests, requestState } = (json?.result ?? {}) as unknown as Question & {
    resultType: string;
  };
  if (resultType !== "input_required") throw new Error(text);
  return { keys: Object.keys(inputRequests), inputRequests, requestState };
}

const textOf = ({ json, text }: Answer): string => {
  if (json?.result?.content === undefined) throw new Error(text);
  return json.result.content[0].text;
};

const accepted = (name: string) => ({ action: "accept", content: { name } });

describe("a modern client with a legacy server", () => {
  test("learns what it can do from the handshake that it does not see", async () => {
    const { json } = await clientOf(sdk).request("server/discover");
    expect(json?.result).toMatchObject({
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: { listChanged: true }, logging: {} },
      ttlMs: 0,
      cacheScope: "private",
      _meta: { [metaKeys.serverInfo]: { name: "sdk", version: "1.0.0" } },
    });
  });

  test("is refused for what it calls itself where a server could not read that, and no process is started", async () => {
    const client = clientOf(sdk);
    const message = client.message("tools/list", {}, canElicit);
    const _meta = { ...message.params._meta, [metaKeys.clientInfo]: { name: "c", version: "1", title: 5 } };
    const { children } = sdk.modern;
    expect(
      await post(sdk.url, { ...message, params: { _meta } }, client.headersOf({ method: "tools/list" })),
    ).toMatchObject({ status: 400, json: { error: { code: -32602, message: expect.stringContaining("clientInfo") } } });
    expect(sdk.modern.children).toBe(children);
  });

  test("calls a tool, and gets a result of its own wire", async () => {
    expect((await clientOf(sdk).call("add", { a: 1, b: 2 })).json?.result).toEqual({
      content: [{ type: "text", text: "3" }],
      resultType: "complete",
      _meta: { [metaKeys.serverInfo]: { name: "sdk", version: "1.0.0" } },
    });
  });

  test("lists tools that say for how long they may be kept, and by whom", async () => {
    const { json, text } = await clientOf(sdk).request("tools/list");
    expect(json?.result).toMatchObject({ resultType: "complete", ttlMs: 0, cacheScope: "private" });
    expect(text).not.toContain('"execution"');
  });

  test("gets numbers as the server wrote them", async () => {
    expect((await clientOf(raw).call("bigNumber")).text).toContain('"n":12345678901234567890');
  });

  test.each(["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"])(
    "is refused %s, which the server would understand",
    async (method) =>
      expect(await clientOf(sdk).request(method)).toMatchObject({ status: 404, json: { error: { code: -32601 } } }),
  );

  test("is told of a method that the server lacks by 404", async () =>
    expect(await clientOf(raw).request("prompts/list")).toMatchObject({
      status: 404,
      json: { error: { code: -32601 } },
    }));

  test("gets progress under its own token, and log messages as loud as it wants", async () => {
    const client = clientOf(sdk);
    const { events } = await client.call("count", { to: 2 }, { progressToken: "mine" });
    expect(events[0]?.params).toEqual({ progressToken: "mine", progress: 1, total: 2 });
    const levels = async (logLevel?: string) =>
      (await client.call("log", {}, { ...(logLevel && { logLevel }) })).events.flatMap(
        ({ params }) => params?.level ?? [],
      );
    expect(await levels("error")).toEqual(["error"]);
    expect(await levels("debug")).toEqual(["debug", "error"]);
    expect(await levels()).toEqual([]);
  });

  test("that closes the response cancels its call", async () => {
    const client = clientOf(raw);
    const call = await client.stream("tools/call", { name: "hang", arguments: {} });
    await call.frame();
    call.close();
    await until(async () => /notifications.cancelled/.test(await client.tool("seen")));
  });

  test("is told when the server exits, and is served again", async () => {
    const client = clientOf(raw);
    await client.tool("pid");
    const json = { accept: "application/json" };
    expect(await client.request("tools/call", { name: "crash" }, {}, json)).toMatchObject({
      status: 500,
      json: { error: { code: -32603, data: { reason: "server_exited" } } },
    });
    expect(await client.tool("echo", { value: "again" })).toBe("again");
  });
});

describe("which requests share a child", () => {
  test("those of one user whose clients can do the same, and no others", async () => {
    const [ann, ben] = [clientOf(raw), clientOf(raw)];
    const pid = (client: ModernClient, capabilities: object) => client.tool("pid", {}, { capabilities });
    const first = await pid(ann, {});
    expect(await pid(ann, { experimental: {} })).toBe(first);
    expect(await pid(ann, { roots: {} })).not.toBe(first);
    expect(await pid(ben, {})).not.toBe(first);
  });

  test("all at one time of clients that declare nothing but extensions: by those nobody is asked", async () => {
    const client = clientOf(raw);
    const shows = { capabilities: { extensions: { "io.modelcontextprotocol/ui": {} } } };
    const hanging = await client.stream("tools/call", { name: "hang", arguments: {} }, shows);
    await hanging.frame();
    const pids = await Promise.all(Array.from({ length: 6 }, () => client.tool("pid", {}, shows)));
    expect(new Set(pids).size).toBe(1);
    hanging.close();
  });

  test("those of clients that know tasks with those that do not: a legacy server is not told of them", async () => {
    const client = clientOf(raw);
    const knowsTasks = { capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } };
    expect(await client.tool("pid", {}, knowsTasks)).toBe(await client.tool("pid"));
  });

  test("a server is told of what the clients can do, less what the wires do not share", async () => {
    const client = clientOf(raw);
    const capabilities = { roots: { listChanged: true }, elicitation: {} };
    const seen = JSON.parse(await client.tool("seen", {}, { capabilities })) as string[];
    expect(JSON.parse(seen[0] ?? "")).toMatchObject({
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: { roots: {}, elicitation: {} } },
    });
    expect(seen[0]).not.toContain("listChanged");
    expect(seen.at(-1)).not.toContain(metaKeys.protocolVersion);
  });
});

describe("which users share a child of a server that keeps nothing of anybody", () => {
  let shared: RunningProxy;
  beforeAll(async () => {
    shared = await open({ isShared: true });
  });
  afterAll(() => shared.close());
  const pid = (capabilities: object) => clientOf(shared).tool("pid", {}, { capabilities });

  test("all, where their clients cannot be asked anything", async () => expect(await pid({})).toBe(await pid({})));

  test("all, where their clients declare the same extensions and nothing that they can be asked", async () => {
    const shows = { extensions: { "io.modelcontextprotocol/ui": {} } };
    expect(await pid(shows)).toBe(await pid(shows));
    expect(await pid(shows)).not.toBe(await pid({}));
  });

  test("none, where they can", async () =>
    expect(await pid({ elicitation: {} })).not.toBe(await pid({ elicitation: {} })));

  test("nor with sessions of the older wire", async () => {
    const sessions = await Promise.all(["ann", "ben"].map((user) => TestClient.open(shared.url, { user })));
    const [one, other] = await Promise.all(sessions.map((session) => session.tool("pid")));
    expect(one).not.toBe(other);
    expect([one, other]).not.toContain(await pid({}));
    await Promise.all(sessions.map((session) => session.end()));
  });

  test("each is told of changes that the child tells of", async () => {
    await using own = await openOne({ isShared: true, command: sdkServer });
    const listens = await Promise.all([1, 2].map(() => clientOf(own).listen({ toolsListChanged: true })));
    for (const listening of listens) await listening.next();
    await clientOf(own).call("grow");
    for (const listening of listens) {
      expect(await listening.next()).toMatchObject({ method: "notifications/tools/list_changed" });
      listening.close();
    }
  });
});

describe("how many children a user's dialogues have", () => {
  test("as many as the operator says, and a call waits as long as it says", async () => {
    await using one = await openOne({ limits: { leases: { max: 64, maxPerUser: 1, wait: 60_000 } } });
    const client = clientOf(one);
    const call = await client.stream("tools/call", { name: "hang", arguments: {} }, canElicit);
    await call.frame();
    const waiting = client.tool("pid", {}, canElicit);
    call.close();
    expect(await waiting).toMatch(/^\d+$/);
    expect(one.modern.children).toBeLessThanOrEqual(2);
  }, 60_000);
});

async function openOne(options: Options) {
  const one = await open(options);
  return { url: one.url, modern: one.modern, [Symbol.asyncDispose]: () => one.close() };
}

describe("a call-back of the server", () => {
  test("that the client cannot answer does not reach it", async () => {
    expect(textOf(await clientOf(raw).call("elicit", { message: "?" }))).toContain("-32601");
    expect(textOf(await clientOf(raw).call("sample", {}, canElicit))).toContain("-32601");
  });

  test.each([
    ["ask", "elicitation/create", accepted("Ann"), "accept Ann"],
    ["ask", "elicitation/create", { action: "decline" }, "decline undefined"],
    ["ask", "elicitation/create", { action: "cancel" }, "cancel undefined"],
    [
      "complete",
      "sampling/createMessage",
      { role: "assistant", content: { type: "text", text: "Hi" }, model: "m" },
      "Hi",
    ],
    ["where", "roots/list", { roots: [{ uri: "file:///a" }] }, "file:///a"],
  ])("%s asks by %s, and the call goes on with what it is answered", async (tool, method, answer, text) => {
    const client = clientOf(sdk);
    const { keys, inputRequests, requestState } = questionOf(await client.call(tool, {}, all));
    expect(keys.map((key) => inputRequests[key]?.method)).toEqual([method]);
    const inputResponses = { [keys[0] ?? ""]: answer };
    expect(textOf(await client.call(tool, {}, all, { inputResponses, requestState }))).toBe(text);
  });

  test("is asked again when the client comes back without an answer", async () => {
    const client = clientOf(sdk);
    const first = questionOf(await client.call("ask", {}, all));
    const again = questionOf(await client.call("ask", {}, all, { requestState: first.requestState }));
    expect(again.keys).toEqual(first.keys);
    const inputResponses = { [again.keys[0] ?? ""]: accepted("Ann") };
    const { requestState } = again;
    expect(textOf(await client.call("ask", {}, all, { inputResponses, requestState }))).toBe("accept Ann");
  });

  test("of several calls of one user reaches the client of its own call, and so do the answers", async () => {
    const client = clientOf(raw);
    const messages = ["a", "b", "c"];
    const dialogues = messages.map(async (message) => {
      const asked = await client.call("elicit", { message }, canElicit);
      const { keys, inputRequests, requestState } = questionOf(asked);
      const [key = ""] = keys;
      const question = inputRequests[key]?.params.message;
      const inputResponses = { [key]: accepted(`to ${message}`) };
      const answer = await client.call("elicit", { message }, canElicit, { inputResponses, requestState });
      return [question, JSON.parse(textOf(answer)).content.name];
    });
    expect(await Promise.all(dialogues)).toEqual(messages.map((message) => [message, `to ${message}`]));
  });

  test("that waits does not block the user's other requests", async () => {
    const client = clientOf(raw);
    questionOf(await client.call("elicit", { message: "?" }, canElicit));
    expect((await client.request("tools/list", {}, canElicit)).json?.result).toHaveProperty("tools");
    expect(await client.tool("echo", { value: "x" }, canElicit)).toBe("x");
  });

  test("that was asked longest ago is given up when its user asks for one dialogue too many", async () => {
    const client = clientOf(raw);
    const asked: Question[] = [];
    for (const message of ["1", "2", "3", "4", "5"]) {
      asked.push(questionOf(await client.call("elicit", { message }, canElicit)));
    }
    const retry = ({ keys, requestState }: Question, message: string) =>
      client.call("elicit", { message }, canElicit, {
        inputResponses: { [keys[0] ?? ""]: accepted(message) },
        requestState,
      });
    const [first, second, , , fifth] = asked as [Question, Question, Question, Question, Question];
    expect((await retry(first, "1")).json?.error?.code).toBe(-32602);
    expect(JSON.parse(textOf(await retry(second, "2"))).content.name).toBe("2");
    expect(JSON.parse(textOf(await retry(fifth, "5"))).content.name).toBe("5");
  });

  // The official SDK does not answer a call that was cancelled.
  test("of a call that gives way is answered first, so that its process can serve the next one", async () => {
    const retired = () => sdk.logged().split('"reason":"retired"').length;
    const client = clientOf(sdk);
    const before = retired();
    for (let asked = 0; asked < 6; asked += 1) questionOf(await client.call("ask", {}, canElicit));
    expect(retired()).toBe(before);
  }, 60_000);

  test("that many calls at one time would make has no more than four processes", async () => {
    const client = clientOf(raw);
    const before = raw.modern.children;
    const calls = Array.from({ length: 8 }, () => client.tool("echo", { value: "x", after: 2_500 }, canElicit));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["x"]));
    expect(raw.modern.children - before).toBeLessThanOrEqual(4);
  }, 60_000);

  test("that could only come in one call too many at work is not begun: 503, and nothing was executed", async () => {
    const client = clientOf(raw);
    const atWork = await Promise.all(
      [1, 2, 3, 4].map(() => client.stream("tools/call", { name: "hang", arguments: {} }, canElicit)),
    );
    for (const call of atWork) await call.frame();
    const { status, headers, json } = await client.call("elicit", { message: "?" }, canElicit);
    expect([status, headers["retry-after"], json?.error?.code]).toEqual([503, "5", -32603]);
    for (const call of atWork) call.close();
  }, 60_000);

  const invalid = { status: 200, json: { error: { code: -32602, message: "Invalid or expired requestState" } } };

  test.each<[string, (state: string) => unknown, string | undefined, object]>([
    ["altered", (state) => `${state.slice(0, -4)}AAAA`, undefined, {}],
    ["truncated", (state) => state.slice(0, -20), undefined, {}],
    ["another user's", (state) => state, "somebody else", {}],
    ["of other arguments", (state) => state, undefined, { message: "other" }],
  ])("is not answered with a requestState that is %s", async (_what, change, user, other) => {
    const client = clientOf(raw);
    const args = { message: "?" };
    const { keys, requestState } = questionOf(await client.call("elicit", args, canElicit));
    const inputResponses = { [keys[0] ?? ""]: accepted("x") };
    const as = user === undefined ? client : ModernClient.of(user, raw.url);
    const more = { inputResponses, requestState: change(requestState) };
    expect(await as.call("elicit", { ...args, ...other }, canElicit, more)).toMatchObject(invalid);
    expect(textOf(await client.call("elicit", args, canElicit, { inputResponses, requestState }))).toContain("accept");
  });

  test("is answered once", async () => {
    const client = clientOf(raw);
    const { keys, requestState } = questionOf(await client.call("elicit", { message: "?" }, canElicit));
    const more = { inputResponses: { [keys[0] ?? ""]: accepted("x") }, requestState };
    const answers = await Promise.all([1, 2].map(() => client.call("elicit", { message: "?" }, canElicit, more)));
    expect(answers.filter(({ json }) => json?.result !== undefined)).toHaveLength(1);
    expect(answers.filter(({ json }) => json?.error !== undefined)).toMatchObject([invalid]);
    expect(await client.call("elicit", { message: "?" }, canElicit, more)).toMatchObject(invalid);
  });

  test("that its server does not wait for: the retry gets the answer, of which 64 MiB are kept for all users", async () => {
    const client = clientOf(raw);
    const args = { size: 15_000_000 };
    const asked: Question[] = [];
    for (let call = 0; call < 5; call += 1) {
      asked.push(questionOf(await client.call("elicitInVain", args, canElicit)));
      // In another process; by then the answer is there, and the list, from the process that gave it, comes behind it.
      await client.tool("echo", { value: "x", after: 700 }, canElicit);
      await client.request("tools/list", {}, canElicit);
    }
    const retry = ({ requestState }: Question) => client.call("elicitInVain", args, canElicit, { requestState });
    const [first, , , , fifth] = asked as [Question, Question, Question, Question, Question];
    expect((await retry(fifth)).json?.error?.code).toBe(-32602);
    expect(textOf(await retry(first))).toHaveLength(args.size);
    expect((await retry(first)).json?.error?.code).toBe(-32602);
  }, 60_000);

  test("with an answer of the wrong kind is still open", async () => {
    const client = clientOf(raw);
    const { keys, requestState } = questionOf(await client.call("elicit", { message: "?" }, canElicit));
    const retry = (answer: unknown) =>
      client.call("elicit", { message: "?" }, canElicit, { inputResponses: { [keys[0] ?? ""]: answer }, requestState });
    expect((await retry({ roots: [] })).json?.error?.code).toBe(-32602);
    expect(textOf(await retry(accepted("x")))).toContain("accept");
  });

  // With a proxy of its own: no other child's end may be taken for this one's.
  test("of a server that has exited since cannot be answered: the client begins again", async () => {
    await using one = await openOne({});
    const client = clientOf(one);
    const { keys, requestState } = questionOf(await client.call("elicitAndExit", {}, canElicit));
    await until(() => one.modern.children === 0);
    const more = { inputResponses: { [keys[0] ?? ""]: accepted("x") }, requestState };
    expect(await client.call("elicitAndExit", {}, canElicit, more)).toMatchObject(invalid);
  }, 60_000);

  test("whose client goes away while it is at work is ended, and the child with it if it says nothing", async () => {
    const client = clientOf(raw);
    const pid = await client.tool("pid", {}, canElicit);
    const call = await client.stream("tools/call", { name: "hang", arguments: {} }, canElicit);
    await call.frame();
    call.close();
    expect(await client.tool("pid", {}, canElicit)).not.toBe(pid);
    await until(async () => raw.logged().includes('"reason":"retired"'));
  }, 60_000);
});

describe("a subscription to a legacy server", () => {
  test("gets what any child of its user tells", async () => {
    const client = clientOf(sdk);
    const listening = await client.listen({ toolsListChanged: true, promptsListChanged: true });
    const subscription = { _meta: { [metaKeys.subscriptionId]: 1 } };
    expect(await listening.next()).toMatchObject({
      method: "notifications/subscriptions/acknowledged",
      params: { notifications: { toolsListChanged: true }, ...subscription },
    });
    await client.call("grow", {}, canElicit);
    expect(await listening.next()).toMatchObject({
      method: "notifications/tools/list_changed",
      params: subscription,
    });
    listening.close();
  });

  test("makes the server watch the resources that it agrees to, for as long as somebody listens", async () => {
    const client = clientOf(sdk);
    const listening = await client.listen({ resourceSubscriptions: ["test://a", "test://refused"] });
    expect(await listening.next()).toMatchObject({
      params: { notifications: { resourceSubscriptions: ["test://a"] } },
    });
    expect(await client.tool("subscribed")).toBe("test://a");
    listening.close();
    await until(async () => (await client.tool("subscribed")) === "");
  });

  test("is not told that the server agreed while that is not known, though another one waits for the same", async () => {
    const client = clientOf(sdk);
    const notifications = { resourceSubscriptions: ["test://slowly-refused"] };
    const listens = await Promise.all([client.listen(notifications), client.listen(notifications)]);
    await until(async () => (await client.tool("asked")) === "1");
    await client.tool("release");
    for (const listening of listens) {
      expect((await listening.next())?.params?.notifications).toEqual({ resourceSubscriptions: [] });
      listening.close();
    }
  });

  test("ends in good order when the server exits", async () => {
    const client = clientOf(sdk);
    const listening = await client.listen({ toolsListChanged: true });
    await listening.next();
    await client.call("exit");
    expect(await listening.next()).toMatchObject({ id: 1, result: { resultType: "complete" } });
  });
});

test("clients of the older wire have sessions of the same server, beside", async () => {
  const { status } = await post(raw.url, { jsonrpc: "2.0", id: 1, method: "tools/list" });
  expect(status).toBe(400);
  expect(raw.sessions.size).toBe(0);
});
