import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, TestClient } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

describe("with tools.allow and tools.deny", () => {
  let proxy: RunningProxy;
  let client: TestClient;
  beforeAll(async () => {
    proxy = await openProxy({ tools: { allow: ["echo", "seen", "ask*"], deny: ["askAs*"] } });
    client = await TestClient.open(proxy.url, { version: "2025-03-26" });
  });
  afterAll(() => proxy.close());

  test("tools/list shows what there is", async () => {
    const { json } = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const tools = json?.result?.tools as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(["echo", "seen", "askLater", "askMuch", "askAndTakeBack"]);
  });

  test("tools/call of another one is an unknown tool, and the server does not hear of it", async () => {
    const { status, json } = await client.call(7, "askAside");
    expect(status).toBe(200);
    expect(json).toEqual({ jsonrpc: "2.0", id: 7, error: { code: -32_602, message: "Unknown tool: askAside" } });
    expect(await client.tool("seen")).not.toContain("askAside");
    expect(await client.tool("echo", { value: "served" })).toBe("served");
  });

  test("a batch does not get past them", async () => {
    const { text } = await client.post([callMessage(1, "pid"), callMessage(2, "echo", { value: "hello" })]);
    expect(JSON.parse(text)).toMatchObject([
      { id: 1, error: { code: -32_602 } },
      { id: 2, result: {} },
    ]);
  });
});
