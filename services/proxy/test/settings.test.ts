import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { TestClient, until } from "./fixtures/client.ts";
import { limitsBy } from "./fixtures/limits.ts";
import { ModernClient } from "./fixtures/modern-client.ts";
import { proxiesOfEachTest } from "./fixtures/proxies-of-each-test.ts";
import { fixture, type Options } from "./fixtures/proxy.ts";

const open = proxiesOfEachTest();
const modern: Options = { command: [process.execPath, fixture("modern-server.mjs")], era: "modern" };
const legacy: Options = { era: "legacy" };
const openBy = (env: Record<string, string>, options: Options = legacy) => open({ ...options, limits: limitsBy(env) });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "settings-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("MCP_JSON_GRACE", () => {
  const rows = [
    ["0", 100, "text/event-stream"],
    ["30000", 1_000, "application/json"],
  ] as const;

  test.each(rows)("of %s ms: an answer after %i ms is %s", async (grace, after, type) => {
    const client = await TestClient.open((await openBy({ MCP_JSON_GRACE: grace })).url);
    expect((await client.call(1, "echo", { value: "x", after })).headers["content-type"]).toBe(type);
  });

  test.each(rows)("of %s ms, for a modern client: an answer after %i ms is %s", async (grace, after, type) => {
    const client = new ModernClient((await openBy({ MCP_JSON_GRACE: grace }, modern)).url);
    expect((await client.call("echo", { value: "x", after })).headers["content-type"]).toBe(type);
  });
});

describe("MCP_KEEP_ALIVE", () => {
  const env = { MCP_KEEP_ALIVE: "1", MCP_JSON_GRACE: "0" };
  const slow = { value: "x", after: 2_500 };
  // One comes with the headers, where no event does.
  const comments = (text: string) => text.split("\n").filter((line) => line === ": keepalive").length;

  test("is how often a comment holds a stream open", async () => {
    const client = await TestClient.open((await openBy(env)).url);
    expect(comments((await client.call(1, "echo", slow)).text)).toBeGreaterThan(0);
  });

  test("is it for a modern client too", async () => {
    const client = new ModernClient((await openBy(env, modern)).url);
    expect(comments((await client.call("echo", slow)).text)).toBeGreaterThan(1);
  });
});

describe("MCP_CALLBACK_TIMEOUT", () => {
  test("is how long a server's question waits for its client", async () => {
    const client = await TestClient.open((await openBy({ MCP_CALLBACK_TIMEOUT: "1" })).url);
    const call = await client.streamedCall(1, "elicit", { message: "?" });
    expect((await call.next())?.method).toBe("elicitation/create");
    expect((await call.next())?.result?.content[0].text).toContain("The client did not answer");
  });

  test("is how long a modern client may take to come back with the answer", async () => {
    const SEEN_FILE = join(folder, "seen");
    const client = new ModernClient(
      (await openBy({ MCP_CALLBACK_TIMEOUT: "1" }, { ...legacy, env: { SEEN_FILE } })).url,
    );
    const canElicit = { capabilities: { elicitation: {} } };
    const { json } = await client.call("elicit", { message: "?" }, canElicit);
    const { requestState } = (json?.result ?? {}) as { requestState?: string };
    await until(async () => (await readFile(SEEN_FILE, "utf8")).includes('"action":"cancel"'));
    const late = await client.call("elicit", { message: "?" }, canElicit, { inputResponses: {}, requestState });
    expect(late.json?.error?.code).toBe(-32602);
  });
});

describe("what a legacy client may have missed", () => {
  const openClient = async (env: Record<string, string>) => {
    const proxy = await openBy(env);
    return { proxy, client: await TestClient.open(proxy.url) };
  };
  const resumed = async (client: TestClient, lastEventId: string) => {
    const stream = await client.resume(lastEventId);
    stream.close();
    return stream.res.statusCode;
  };

  test("is not to be had where more than MCP_EVENT_LOG_EVENTS came since", async () => {
    const { client } = await openClient({ MCP_EVENT_LOG_EVENTS: "2" });
    const broken = await client.streamedCall(1, "progress", { steps: 5 }, { progressToken: 1 });
    await broken.next();
    broken.close();
    await until(async () => (await resumed(client, broken.lastEventId)) === 400);
  });

  test("is not to be had where more than MCP_EVENT_LOG_SIZE came since", async () => {
    const { client } = await openClient({ MCP_EVENT_LOG_SIZE: "4k" });
    const broken = await client.streamedCall(1, "elicitInVain", { size: 10_000 });
    await broken.next();
    broken.close();
    await until(async () => (await resumed(client, broken.lastEventId)) === 400);
  });

  test("is not to be had once MCP_RESUME_TIMEOUT is over", async () => {
    const { proxy, client } = await openClient({ MCP_RESUME_TIMEOUT: "1" });
    const listening = await client.stream();
    await listening.frame();
    listening.close();
    await until(() => proxy.sessions.all()[0]?.openStreams === 0);
    await client.tool("echo", { value: "three seconds later", after: 3_000 });
    expect(await resumed(client, listening.lastEventId)).toBe(400);
  });
});

test("MCP_MAX_LISTENS_PER_USER is how many streams of notifications a user may have", async () => {
  const { url } = await openBy({ MCP_MAX_LISTENS_PER_USER: "1" }, modern);
  const first = await ModernClient.of("ann", url).listen({ toolsListChanged: true });
  await first.next();
  const notifications = { toolsListChanged: true };
  const { json } = await ModernClient.of("ann", url).request("subscriptions/listen", { notifications });
  expect(json?.error?.message).toContain("too many open subscriptions");
  first.close();
});

test("MCP_MAX_ROUNDS is how often a modern server may put a call of a legacy client off", async () => {
  const client = await TestClient.open((await openBy({ MCP_MAX_ROUNDS: "1" }, modern)).url);
  const { json } = await client.call(1, "later", { times: 2 });
  expect(json?.result).toMatchObject({ isError: true });
  expect(json?.result?.content[0].text).toContain("it asked too often");
});

test("MCP_CHILD_IDLE_TIMEOUT is how long a process of modern clients is kept for nobody", async () => {
  const proxy = await openBy({ MCP_CHILD_IDLE_TIMEOUT: "1" }, modern);
  await new ModernClient(proxy.url).tool("pid");
  await until(() => proxy.modern.children === 0);
});
