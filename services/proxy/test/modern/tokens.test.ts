import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FakeAuth } from "../fixtures/fake-auth.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let auth: FakeAuth;
let proxy: RunningProxy;
let seconds = 0;
beforeAll(async () => {
  auth = await FakeAuth.open();
  proxy = await openProxy({
    command: [process.execPath, fixture("modern-server.mjs")],
    era: "modern",
    access: auth.access,
    findKey: auth.findKey,
    front: { hosts: ["localhost:8080"], alone: false },
    watch: { interval: 20, now: () => Date.now() + seconds * 1_000 },
    tools: { deny: ["env"] },
    scopes: { "tools:touch": { tools: ["touch"] } },
  });
});
afterAll(async () => {
  await proxy.close();
  auth.close();
});

const clientOf = (jti: string, claims: Parameters<FakeAuth["headers"]>[1] = {}) =>
  new ModernClient(proxy.url, auth.headers(jti, claims));

describe("a request without an identity", () => {
  test("is refused in the words of its wire", async () => {
    const { status, json } = await new ModernClient(proxy.url, { host: "localhost:8080" }).call("pid");
    expect([status, json?.error?.code, json && "id" in json]).toEqual([401, -32600, false]);
  });
});

describe("a token that is limited to some tools", () => {
  const limited = () => clientOf("j", { tools: ["echo", "seen", "env"] });

  test("lists those that the server's own rules leave, for nobody else to keep", async () => {
    const { json } = await limited().request("tools/list");
    const tools = ["echo", "seen"].map((name) => expect.objectContaining({ name }));
    expect(json?.result).toMatchObject({ tools, cacheScope: "private" });
  });

  test.each(["pid", "env"])("cannot call %s, and the server does not hear of it", async (name) => {
    expect((await limited().call(name)).json?.error).toEqual({ code: -32602, message: `Unknown tool: ${name}` });
    expect(await limited().tool("seen")).not.toContain(`"${name}"`);
  });

  test("shares no child with the user's other tokens", async () => {
    const pids = await Promise.all(
      [clientOf("k"), clientOf("l", { tools: ["pid"] })].map((client) => client.tool("pid")),
    );
    expect(pids[0]).not.toBe(pids[1]);
  });
});

describe("a token that lacks a scope", () => {
  test("learns what to ask for, and the server does not hear of the call", async () => {
    const { status, headers, json } = await clientOf("m").call("touch", { uri: "a:b" });
    expect([status, json?.error?.code, headers["www-authenticate"]]).toEqual([
      403,
      -32600,
      expect.stringContaining('scope="mcp tools:touch"'),
    ]);
    expect(await clientOf("m").tool("seen")).not.toContain('"touch"');
    expect((await clientOf("n", { scope: "mcp tools:touch" }).call("touch", { uri: "a:b" })).status).toBe(200);
  });
});

describe("a token that is revoked", () => {
  test("ends its subscriptions and its calls, and those of no other", async () => {
    const [revoked, other] = [clientOf("gone"), clientOf("stays")];
    const listening = await revoked.listen({ toolsListChanged: true });
    const calling = await revoked.stream("tools/call", { name: "hang", arguments: {} });
    const others = await other.listen({ toolsListChanged: true });
    for (const each of [listening, others]) await each.next();
    auth.ended.add("gone");
    for (const each of [listening, calling]) {
      expect(await each.next()).toMatchObject({ error: { code: -32600, data: { reason: "access_revoked" } } });
      expect(await each.next()).toBeUndefined();
    }
    await other.call("grow");
    expect(await others.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    expect(await other.tool("seen")).toMatch(/notifications.cancelled/);
    others.close();
  });
});

test("a subscription ends in good order a minute after its token: its client opens another", async () => {
  const exp = Math.floor(Date.now() / 1_000) + 100;
  const listening = await clientOf("short", { token_exp: exp }).listen({ toolsListChanged: true });
  await listening.next();
  seconds = 161;
  expect(await listening.next()).toMatchObject({ result: { resultType: "complete" } });
});
