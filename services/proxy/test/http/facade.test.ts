import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { initializeMessage, post, send, TestClient } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let legacy: RunningProxy;
let modern: RunningProxy;
beforeAll(async () => {
  [legacy, modern] = await Promise.all([
    openProxy({ era: "legacy", facade: "legacy" }),
    openProxy({ era: "legacy", facade: "modern" }),
  ]);
});
afterAll(() => Promise.all([legacy.close(), modern.close()]));

describe("an endpoint that shows the legacy wire alone", () => {
  test("answers a modern request in the words of the other wire: its client begins with initialize", async () =>
    expect(await new ModernClient(legacy.url).request("server/discover")).toMatchObject({
      status: 400,
      json: { jsonrpc: "2.0", id: 1, error: { code: -32000, message: expect.stringContaining("initialize") } },
    }));

  test("serves a legacy client", async () => {
    const client = await TestClient.open(legacy.url);
    expect(await client.tool("echo", { value: "here" })).toBe("here");
  });
});

describe("an endpoint that shows the modern wire alone", () => {
  test("answers initialize with the versions that there are", async () =>
    expect(await post(modern.url, initializeMessage())).toMatchObject({
      status: 400,
      json: { id: 0, error: { code: -32022, data: { supported: ["2026-07-28"], requested: "2025-11-25" } } },
    }));

  test("answers a batch without an id, since it has several", async () => {
    const { status, json } = await post(modern.url, [{ jsonrpc: "2.0", id: 7, method: "ping" }]);
    expect(status).toBe(400);
    expect(json).not.toHaveProperty("id");
  });

  test("accepts a notification, which asks for nothing", async () =>
    expect(await post(modern.url, { jsonrpc: "2.0", method: "notifications/initialized" })).toMatchObject({
      status: 202,
      text: "",
    }));

  test("takes no response: its wire has none from clients", async () => {
    const { status, json } = await post(modern.url, { jsonrpc: "2.0", id: 1, result: {} });
    expect([status, json]).toMatchObject([400, { error: { code: -32600 } }]);
    expect(json).not.toHaveProperty("id");
  });

  test.each(["GET", "DELETE", "PUT"])("has no %s, and says so in its own wire", async (method) => {
    const { status, headers, json } = await send(modern.url, method, undefined, { accept: "text/event-stream" });
    expect([status, headers.allow, json]).toMatchObject([405, "POST", { error: { code: -32600 } }]);
    expect(json).not.toHaveProperty("id");
  });

  test("serves a modern client", async () =>
    expect(await new ModernClient(modern.url).tool("echo", { value: "here" })).toBe("here"));
});
