import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, type Headers, initializeMessage, post, send, TestClient } from "../fixtures/client.ts";
import { FakeAuth } from "../fixtures/fake-auth.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let auth: FakeAuth;
let proxy: RunningProxy;
beforeAll(async () => {
  auth = await FakeAuth.open();
  proxy = await openProxy({
    access: auth.access,
    findKey: auth.findKey,
    front: { hosts: ["localhost:8080"], alone: false },
    tools: { deny: ["env", "askAs*"] },
  });
});
afterAll(async () => {
  await proxy.close();
  auth.close();
});

/** A client with a token that is limited to these tools; undefined: to none. */
async function connect(tools: readonly string[] | undefined, version = "2025-11-25"): Promise<TestClient> {
  const identity = auth.headers("j", tools === undefined ? {} : { tools });
  const { headers } = await post(proxy.url, initializeMessage(version), identity);
  const session = { "mcp-session-id": String(headers["mcp-session-id"]), "mcp-protocol-version": version };
  return new TestClient(proxy.url, { ...identity, ...session });
}

const unknownTool = (id: unknown, name: string) => ({
  jsonrpc: "2.0",
  id,
  error: { code: -32_602, message: `Unknown tool: ${name}` },
});

describe("a token that is limited to some tools", () => {
  test("lists those that the server's own rules leave, and no others", async () => {
    const client = await connect(["ask*", "echo", "env", "seen"]);
    const { json } = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const tools = json?.result?.tools as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(["echo", "seen", "askLater", "askMuch", "askAndTakeBack"]);
  });

  test.each(["pid", "env", "askAside"])("cannot call %s, and the server does not hear of it", async (name) => {
    const client = await connect(["ask*", "echo", "env", "seen"]);
    expect((await client.call(7, name)).json).toEqual(unknownTool(7, name));
    expect(JSON.parse(await client.tool("seen")).join("\n")).not.toContain(`"${name}"`);
    expect(await client.tool("echo", { value: "served" })).toBe("served");
  });

  test("cannot call another one in a batch", async () => {
    const client = await connect(["echo"], "2025-03-26");
    const { text } = await client.post([callMessage(1, "pid"), callMessage(2, "echo", { value: "x" })]);
    expect(JSON.parse(text)).toMatchObject([unknownTool(1, "pid"), { id: 2, result: {} }]);
  });

  test("without any calls none", async () => {
    const client = await connect([]);
    expect((await client.call(1, "echo")).json).toEqual(unknownTool(1, "echo"));
  });
});

describe("a session", () => {
  const limits = [undefined, ["echo"], ["echo", "pid"]] as const;
  const pairs = limits.flatMap((owner) => limits.map((other) => [owner, other] as const));

  test.each(pairs.filter(([owner, other]) => owner !== other))(
    "of a token limited to %j is unknown to one of the same user limited to %j, streams included",
    async (owner, other) => {
      const client = await connect(owner);
      const call = await client.streamedCall("c", "held", { value: "secret" });
      await call.frame();
      const headers: Headers = { ...client.headers, ...auth.headers("k", other === undefined ? {} : { tools: other }) };
      const resuming = { ...headers, accept: "text/event-stream", "last-event-id": call.lastEventId };
      expect(await send(proxy.url, "GET", undefined, resuming)).toMatchObject({ status: 404 });
      expect(await post(proxy.url, callMessage(1, "echo"), headers)).toMatchObject({ status: 404 });
      expect(await send(proxy.url, "DELETE", undefined, headers)).toMatchObject({ status: 404 });
      call.close();
    },
  );

  test.each(["POST", "GET", "DELETE"])("is unknown to the same user's other client, by %s", async (method) => {
    const client = await connect(undefined);
    const headers: Headers = {
      ...{ ...client.headers, ...auth.headers("k", { client_id: "another" }) },
      ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
    };
    const body = method === "POST" ? JSON.stringify(callMessage(1, "pid")) : undefined;
    expect(await send(proxy.url, method, body, headers)).toMatchObject({
      status: 404,
      json: { error: { code: -32_001, message: "Session not found" } },
    });
    expect(await client.tool("pid")).toMatch(/^\d+$/);
  });

  test("goes on for another token of the same limit", async () => {
    const client = await connect(["echo", "pid"]);
    const headers: Headers = { ...client.headers, ...auth.headers("k", { tools: ["echo", "pid"] }) };
    expect(await new TestClient(proxy.url, headers).tool("echo", { value: "x" })).toBe("x");
  });
});

test("a session that is brought back for a limited token has its limit still", async () => {
  const client = await connect(["crash", "echo"]);
  await client.call(1, "crash");
  expect((await client.call(2, "pid")).json).toEqual(unknownTool(2, "pid"));
  const headers: Headers = { ...client.headers, ...auth.headers("k") };
  await client.call(3, "crash");
  expect(await post(proxy.url, callMessage(1, "pid"), headers)).toMatchObject({ status: 404 });
});
