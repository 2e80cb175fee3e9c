import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, initializeMessage, post, TestClient, until } from "./fixtures/client.ts";
import { isRunning } from "./fixtures/is-running.ts";
import { proxiesOfEachTest } from "./fixtures/proxies-of-each-test.ts";
import { type Options, openProxy, type RunningProxy } from "./fixtures/proxy.ts";

const open = proxiesOfEachTest();

describe("a server that cannot be used gives an error one can act on, and no session", () => {
  test.each([
    ["does not exist", { command: ["no-such-server"] }, 503, { reason: "command_not_found" }],
    ["exits at once", { flags: ["--crash-at-start"] }, 500, { reason: "server_exited" }],
    ["exits on initialize", { flags: ["--crash-on-initialize"] }, 500, { reason: "server_exited" }],
    ["is silent", { flags: ["--silent"], limits: { startup: 200 } }, 200, { reason: "timeout" }],
    ["speaks a version nobody knows", { flags: ["--own-version"] }, 200, { supported: expect.any(Array) }],
  ] as [string, Options, number, object][])("when it %s", async (_what, options, status, data) => {
    const proxy = await open(options);
    const answer = await post(proxy.url, initializeMessage());
    expect(answer).toMatchObject({ status, json: { id: 0, error: { code: -32_603, data } } });
    expect(answer.headers["mcp-session-id"]).toBeUndefined();
    await until(() => proxy.sessions.children === 0);
  });

  test("when it answers initialize with an error, which is passed on", async () => {
    const proxy = await open({ flags: ["--refuse"] });
    const answer = await post(proxy.url, initializeMessage());
    expect(answer).toMatchObject({ status: 200, json: { id: 0, error: { code: -32_000, message: "not today" } } });
    expect(answer.headers["mcp-session-id"]).toBeUndefined();
    expect(proxy.sessions.size).toBe(0);
  });

  test("when it exits after initialize, each time: the session is brought back once, not for ever", async () => {
    const proxy = await open({ flags: ["--crash-after-initialize"] });
    const { headers } = await post(proxy.url, initializeMessage());
    const call = () => post(proxy.url, callMessage(1, "hang"), { "mcp-session-id": String(headers["mcp-session-id"]) });
    await until(() => proxy.sessions.size === 0);
    // It exits before it is given the request, or after.
    const reason = expect.stringMatching(/^(server_exited|not_delivered)$/);
    expect((await call()).json?.error).toMatchObject({ code: -32_603, data: { reason } });
    expect(await call()).toMatchObject({ status: 404, json: { error: { code: -32_001 } } });
  });

  test("and what it wrote to standard error is in the log, not in the answer", async () => {
    const proxy = await open({ flags: ["--crash-at-start"] });
    const answer = await post(proxy.url, initializeMessage());
    expect(answer.text).not.toContain("no such database");
    expect(proxy.logged()).toContain("no such database");
  });
});

describe("a session whose server misbehaves; others are served on", () => {
  let proxy: RunningProxy;
  let bystander: TestClient;
  beforeAll(async () => {
    proxy = await openProxy({ limits: { request: 3_000 } });
    bystander = await TestClient.open(proxy.url, { user: "bystander" });
  });
  afterEach(async () => {
    expect(await bystander.tool("echo", { value: "still here" })).toBe("still here");
  });
  afterAll(() => proxy.close());

  test("dies in a call: 500 with the request's id at once, then another child", async () => {
    const client = await TestClient.open(proxy.url);
    const crash = await client.call("c", "crash");
    expect(crash).toMatchObject({
      status: 500,
      json: { jsonrpc: "2.0", id: "c", error: { code: -32_603, data: { reason: "server_exited" } } },
    });
    expect(await client.call(2, "pid")).toMatchObject({ status: 200, json: { id: 2, result: {} } });
  });

  test("dies in a call whose response has begun: the error is in the stream", async () => {
    const client = await TestClient.open(proxy.url);
    const { status, events } = await client.call(1, "progressThenCrash", {}, { progressToken: 1 });
    expect(status).toBe(200);
    expect(events).toMatchObject([{ method: "notifications/progress" }, { id: 1, error: { code: -32_603 } }]);
  });

  test("dies with several calls open: each is answered", async () => {
    const client = await TestClient.open(proxy.url);
    const open = [1, 2, 3].map((id) => client.call(id, "hang"));
    const [first, ...others] = await Promise.all([client.call(4, "crash"), ...open]);
    expect(first.json?.error).toBeDefined();
    expect(others.map(({ json }) => json?.id)).toEqual([1, 2, 3]);
  });

  test("never answers: the call is answered in its place, and the server is told", async () => {
    const client = await TestClient.open(proxy.url);
    const { json } = await client.call("h", "hang");
    expect(json).toMatchObject({ id: "h", error: { code: -32_603, data: { reason: "timeout" } } });
    expect(await client.tool("seen")).toContain("notifications/cancelled");
  });

  test("prints noise: it is skipped and logged", async () => {
    const client = await TestClient.open(proxy.url);
    expect(await client.tool("noise")).toBe("after noise");
    expect(proxy.logged()).toContain("Listening on port 3000");
  });

  test("floods standard error", async () => {
    const client = await TestClient.open(proxy.url);
    expect(await client.tool("flood")).toBe("after flood");
  });

  test("answers what nobody asked, and twice", async () => {
    const client = await TestClient.open(proxy.url);
    const waiting = client.call("1", "echo", { value: "mine", after: 60 });
    expect(await client.tool("stray")).toBe("after stray");
    expect((await waiting).json?.result?.content[0].text).toBe("mine");
  });

  test("prints a line of 100 MB: it is ended, and the error names the limit", async () => {
    const client = await TestClient.open(proxy.url);
    const data = { reason: "limit_exceeded", limit: "message size: 16m" };
    expect(await client.call(1, "longLine")).toMatchObject({ json: { id: 1, error: { code: -32_603, data } } });
  });
});

describe("a server that", () => {
  /** Another user's session of the same proxy is served before it, and after. */
  async function withBystander(proxy: RunningProxy, misbehave: () => Promise<void>): Promise<void> {
    const bystander = await TestClient.open(proxy.url, { user: "bystander" });
    await misbehave();
    expect(await bystander.tool("echo", { value: "still here" })).toBe("still here");
  }

  test("prints arrays is understood", async () => {
    const proxy = await open({ flags: ["--arrays"] });
    await withBystander(proxy, async () => {
      const client = await TestClient.open(proxy.url);
      expect(await client.tool("echo", { value: "from an array" })).toBe("from an array");
    });
  });

  test("begins its output with a byte order mark is understood", async () => {
    const proxy = await open({ flags: ["--mark"] });
    await withBystander(proxy, async () => {
      const client = await TestClient.open(proxy.url);
      expect(await client.tool("echo", { value: "behind a mark" })).toBe("behind a mark");
    });
  });

  test("does not read its input makes its own requests fail, not the proxy", async () => {
    const proxy = await open({ limits: { request: 3_000 } });
    await withBystander(proxy, async () => {
      const client = await TestClient.open(proxy.url);
      await client.tool("goDeaf");
      const value = "x".repeat(15_000_000);
      const answers = await Promise.all([1, 2, 3, 4].map((id) => client.call(id, "echo", { value })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503]);
      for (const { json } of answers) expect(json?.error?.code).toBe(-32_603);
    });
  });

  test("closes its output and lives on is ended, and its calls are answered without waiting for their time", async () => {
    const proxy = await open({});
    await withBystander(proxy, async () => {
      const client = await TestClient.open(proxy.url);
      const pid = Number(await client.tool("pid"));
      const { json } = await client.call(1, "closeOutput");
      expect(json).toMatchObject({ id: 1, error: { code: -32_603, data: { reason: "server_exited" } } });
      await until(() => !isRunning(pid));
      expect(await client.tool("echo", { value: "another one" })).toBe("another one");
    });
  });

  test("ignores the end of its input and SIGTERM delays nobody, and is gone in the end", async () => {
    const proxy = await open({ flags: ["--ignore-everything"] });
    const bystander = await TestClient.open(proxy.url, { user: "bystander" });
    const client = await TestClient.open(proxy.url);
    const pid = Number(await client.tool("pid"));
    expect(await client.end()).toMatchObject({ status: 200 });
    expect(isRunning(pid)).toBe(true); // neither the answer nor the others wait for its end
    expect(await bystander.tool("echo", { value: "still here" })).toBe("still here");
    await until(() => !isRunning(pid) && proxy.sessions.children === 1, 40_000);
  }, 60_000);

  test("has processes of its own takes them with it, setsid and double fork included", async () => {
    const proxy = await open({});
    await withBystander(proxy, async () => {
      const client = await TestClient.open(proxy.url);
      const pids = JSON.parse(await client.tool("family")) as number[];
      expect(pids.filter(isRunning)).toHaveLength(3);
      await client.end();
      await until(() => !pids.some(isRunning));
    });
  });
});

describe("the environment of a server", () => {
  test("has its own values and none of the proxy's, nor the caller's credentials", async () => {
    const processEnv = {
      PATH: process.env.PATH,
      HOME: "/home/x",
      AUTH_JWKS_URL: "http://canary/jwks",
      GATEWAY_JWT_SECRET: "canary",
      SERVER_ENV: "canary",
      GITHUB_CLIENT_SECRET: "canary",
    };
    const proxy = await open({ env: { API_KEY: "its-own" }, processEnv });
    const client = await TestClient.open(proxy.url);
    const headers = { authorization: "Bearer canary", "x-auth-token": "canary", cookie: "canary=1" };
    const env = JSON.parse((await client.post(callMessage(1, "env"), headers)).json?.result?.content[0].text ?? "");
    expect(Object.keys(env).sort()).toEqual(["API_KEY", "GATEWAY_CHILD", "HOME", "PATH"]);
    expect(JSON.stringify(env) + (await client.tool("seen")) + proxy.logged()).not.toContain("canary");
  });
});
