import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { initializeMessage, post, TestClient } from "../fixtures/client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const server = (...flags: string[]): [string, ...string[]] => [
  process.execPath,
  fixture("modern-server.mjs"),
  ...flags,
];

let proxy: RunningProxy;
beforeAll(async () => {
  proxy = await openProxy({ command: server() });
});
afterAll(() => proxy.close());

describe("a legacy client with a modern server", () => {
  test("is answered initialize by what the server says of itself", async () => {
    const { status, json, headers } = await post(proxy.url, initializeMessage("2025-06-18"));
    expect(status).toBe(200);
    expect(headers["mcp-session-id"]).toEqual(expect.any(String));
    expect(json?.result).toEqual({
      protocolVersion: "2025-06-18",
      capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, prompts: {} },
      serverInfo: { name: "modern", version: "1" },
    });
  });

  test("is asked what the server asks, on the stream of its call, and the call goes on", async () => {
    const client = await TestClient.open(proxy.url, { capabilities: { elicitation: {} } });
    const call = await client.streamedCall(1, "ask", { what: "elicit", state: "s" });
    const asked = await call.next();
    expect(asked).toMatchObject({ method: "elicitation/create", params: { message: "Your name?" } });
    const result = { action: "accept", content: { name: "Ann" } };
    expect((await client.post({ jsonrpc: "2.0", id: asked?.id, result })).status).toBe(202);
    const answer = await call.next();
    expect(answer).toMatchObject({ id: 1 });
    expect(JSON.parse(answer?.result?.content[0].text ?? "")).toEqual([{ q: result }, "s"]);
  });
});
