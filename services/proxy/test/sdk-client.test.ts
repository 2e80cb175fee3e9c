import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { fixture, openProxy, type RunningProxy } from "./fixtures/proxy.ts";

let proxy: RunningProxy;
let client: Client;
let transport: StreamableHTTPClientTransport;
beforeAll(async () => {
  proxy = await openProxy({ command: [process.execPath, fixture("sdk-server.mjs")] });
  client = new Client(
    { name: "sdk-client", version: "1" },
    { capabilities: { elicitation: {}, sampling: {}, roots: {} } },
  );
  client.setRequestHandler(ElicitRequestSchema, async () => ({ action: "accept", content: { name: "Ada" } }));
  client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: "file:///srv" }] }));
  client.setRequestHandler(CreateMessageRequestSchema, async () => ({
    model: "m",
    role: "assistant",
    content: { type: "text", text: "Hello back" },
  }));
  transport = new StreamableHTTPClientTransport(new URL(proxy.url));
  await client.connect(transport as Parameters<Client["connect"]>[0]);
});
afterAll(async () => {
  await client.close();
  await proxy.close();
});

const text = (value: string) => ({ content: [{ type: "text", text: value }] });

describe("the SDK's own client with the SDK's own server behind the proxy", () => {
  test("knows the server, and negotiated its version", () => {
    expect(client.getServerVersion()).toEqual({ name: "sdk", version: "1.0.0" });
    expect(transport.protocolVersion).toBe("2025-11-25");
  });

  test("lists and calls tools", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("add");
    expect(await client.callTool({ name: "add", arguments: { a: 2, b: 3 } })).toMatchObject(text("5"));
  });

  test("calls fifty tools at once", async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const results = await Promise.all(numbers.map((a) => client.callTool({ name: "add", arguments: { a, b: 1 } })));
    expect(results).toMatchObject(numbers.map((a) => text(String(a + 1))));
  });

  test("gets progress", async () => {
    const told: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => told.push(progress);
    await client.callTool({ name: "count", arguments: { to: 3 } }, undefined, { onprogress });
    expect(told).toEqual([1, 2, 3]);
  });

  test.each([
    ["elicitation", "ask", "accept Ada"],
    ["sampling", "complete", "Hello back"],
    ["roots", "where", "file:///srv"],
  ])("answers the server's requests: %s", async (_what, name, expected) => {
    expect(await client.callTool({ name })).toMatchObject(text(expected));
  });

  test("cancels a call, and the server learns it", async () => {
    const abort = new AbortController();
    const cancelled = new Promise<void>((resolve) => {
      client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
        if (params.data === "waiting") abort.abort("enough");
        if (params.data === "cancelled") resolve();
      });
    });
    const call = client.callTool({ name: "wait" }, undefined, { signal: abort.signal });
    await expect(call).rejects.toThrow("enough");
    await cancelled;
  });

  test("hears of changes to the list of tools", async () => {
    const changed = new Promise<void>((resolve) => {
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve());
    });
    await client.callTool({ name: "grow" });
    await changed;
  });

  test("ends its session", async () => {
    const others = proxy.sessions.size;
    const own = new StreamableHTTPClientTransport(new URL(proxy.url));
    const guest = new Client({ name: "guest", version: "1" });
    await guest.connect(own as Parameters<Client["connect"]>[0]);
    expect(proxy.sessions.size).toBe(others + 1);
    await own.terminateSession();
    expect(proxy.sessions.size).toBe(others);
    await guest.close();
  });
});
