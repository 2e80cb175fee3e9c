import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "@gateway/store";
import { describe, expect, test } from "@jest/globals";
import { ClientSetup, setupChangeOf } from "../../src/legacy/client-setup.ts";
import { TestClient } from "../fixtures/client.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";
import { fixture, type Options, openProxy } from "../fixtures/proxy.ts";

const sdk: Options = { command: [process.execPath, fixture("sdk-server.mjs")] };
const open = proxiesOfEachTest(sdk);

const ask = (client: TestClient, method: string, params: object) =>
  client.post({ jsonrpc: "2.0", id: method, method, params });
const levelsLogged = async (client: TestClient) =>
  (await client.call(9, "log")).events.flatMap(({ params }) => params?.level ?? []);

describe("what a client has set up in a server whose process dies", () => {
  test("is set up in the next one: the log level, and the subscriptions that it still has", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    await ask(client, "logging/setLevel", { level: "error" });
    for (const name of ["a", "b", "c"]) await ask(client, "resources/subscribe", { uri: `test://${name}` });
    await ask(client, "resources/unsubscribe", { uri: "test://b" });
    expect(await levelsLogged(client)).toEqual(["error"]);
    await client.call(1, "exit");
    expect(await client.tool("subscribed")).toBe("test://a test://c");
    expect(await levelsLogged(client)).toEqual(["error"]);
  });

  test("is nothing that the server refused", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    const { json } = await ask(client, "resources/subscribe", { uri: "test://refused" });
    expect(json?.error).toBeDefined();
    await ask(client, "logging/setLevel", { level: "no such level" });
    await client.call(1, "exit");
    expect(await client.tool("subscribed")).toBe("");
    expect(await levelsLogged(client)).toEqual(["debug", "error"]);
  });

  test("does not count among its requests", async () => {
    const { url } = await open({ limits: { pendingRequests: 2 } });
    const client = await TestClient.open(url);
    for (let uri = 0; uri < 10; uri += 1) await ask(client, "resources/subscribe", { uri: `test://${uri}` });
    await client.call(1, "exit");
    expect((await client.tool("subscribed")).split(" ")).toHaveLength(10);
  });

  test("does not make one that dies at its first request look as if it had served", async () => {
    const { url } = await open();
    const client = await TestClient.open(url);
    await ask(client, "logging/setLevel", { level: "error" });
    for (const _ of [1, 2]) expect((await client.call(1, "exit")).json?.error).toMatchObject({ code: -32_603 });
    expect((await client.call(1, "subscribed")).status).toBe(404);
  });

  test("is set up after a restart of the proxy, too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "proxy-"));
    const live = async (use: (url: string) => Promise<void>) => {
      const store = await openEmbeddedStore({ folder, clock: () => Date.now() / 1_000 });
      const proxy = await openProxy({ ...sdk, records: store.mcpSessions });
      await use(proxy.url).finally(() => proxy.close());
      await store.close();
    };
    let headers = {};
    await live(async (url) => {
      const client = await TestClient.open(url);
      await ask(client, "logging/setLevel", { level: "error" });
      await ask(client, "resources/subscribe", { uri: "test://a" });
      headers = client.headers;
    });
    await live(async (url) => {
      const client = new TestClient(url, headers);
      expect(await client.tool("subscribed")).toBe("test://a");
      expect(await levelsLogged(client)).toEqual(["error"]);
    });
    rmSync(folder, { recursive: true });
  });
});

describe("what is kept", () => {
  test("is bounded in number and in length: what is beyond is left out", () => {
    const many = new ClientSetup();
    for (let uri = 0; uri < 200; uri += 1) many.note({ kind: "subscribe", uri: `test://${uri}` });
    expect(many.kept?.subscriptions).toHaveLength(100);
    const long = new ClientSetup();
    for (const letter of ["a", "b", "c"]) long.note({ kind: "subscribe", uri: letter.repeat(30_000) });
    expect(long.kept?.subscriptions).toHaveLength(2);
    long.note({ kind: "unsubscribe", uri: "a".repeat(30_000) });
    expect(long.note({ kind: "subscribe", uri: "c".repeat(30_000) })).toBe(true);
  });

  test.each([
    ["logging/setLevel", { level: "info" }, { kind: "level", level: "info" }],
    ["resources/subscribe", { uri: "a" }, { kind: "subscribe", uri: "a" }],
    ["resources/unsubscribe", { uri: "a" }, { kind: "unsubscribe", uri: "a" }],
    ["resources/subscribe", { uri: 1 }, undefined],
    ["logging/setLevel", {}, undefined],
    ["tools/call", { uri: "a", level: "info" }, undefined],
  ])("of %s with %j is %j", (method, params, change) => {
    expect(setupChangeOf({ method, params })).toEqual(change);
  });
});
