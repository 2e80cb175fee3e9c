import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createLogger } from "@gateway/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createNativeServer, type Endpoint } from "../src/index.ts";

const logger = createLogger({ service: "test", level: "error" });
const endpoint: Endpoint = { fetch: async (asked) => new Response(`served ${await asked.text()}`) };
let server: ReturnType<typeof createNativeServer>;

async function open(isLocal: boolean) {
  server = createNativeServer({ name: "mcp-x", endpoint, isLocal, largestBody: 1_000, logger });
  await once(server.listen(0, "127.0.0.1"), "listening");
}

async function send(path: string, headers: Record<string, string> = {}, body?: string) {
  const { port } = server.address() as AddressInfo;
  const method = body === undefined ? "GET" : "POST";
  const sent = request({ port, host: "127.0.0.1", path, method, headers: { host: `localhost:${port}`, ...headers } });
  const [answer] = await once(sent.end(body), "response");
  return { status: answer.statusCode, body: await text(answer) };
}

afterEach(() => new Promise((closed) => server.close(closed)));

describe("an MCP server of our own, on loopback", () => {
  beforeEach(() => open(true));

  test.each([["app.example"], ["localhost.app.example"], ["10.0.0.1:80"], ["[::2]"]])(
    "refuses the Host %s (DNS rebinding)",
    async (host) => {
      expect((await send("/mcp", { host }, "x")).status).toBe(403);
      expect((await send("/health", { host })).status).toBe(403);
    },
  );

  test.each([["https://app.example"], ["null"], ["http://localhost.app.example"]])(
    "refuses a page of %s, for which nobody vouches",
    async (origin) => {
      expect((await send("/mcp", { origin }, "x")).status).toBe(403);
    },
  );

  test.each([
    ["a page of this machine", { origin: "http://localhost:6274" }],
    ["a page that the gateway let in", { origin: "https://app.example", "x-user-id": "1" }],
    ["no page", {}],
  ])("serves %s", async (_who, headers) => {
    expect(await send("/mcp", headers, "x")).toEqual({ status: 200, body: "served x" });
  });

  test("sees the Origin behind any number of headers", async () => {
    const { port } = server.address() as AddressInfo;
    const names = Array.from({ length: 2_000 }, () => ["a", ""]).flat();
    const headers = ["Host", "localhost", ...names, "Origin", "https://app.example"];
    const [answer] = await once(request({ port, host: "127.0.0.1", path: "/mcp", headers }).end(), "response");
    expect(answer.statusCode).toBe(403);
  });

  test("refuses a body that is too long", async () => {
    expect((await send("/mcp", {}, "x".repeat(1_001))).status).toBe(413);
  });

  test.each([["/"], ["/mcpx"], ["/mcp/x"], ["//mcp"]])("has nothing at %s", async (path) => {
    const { status, body } = await send(path);
    expect({ status, body: JSON.parse(body) }).toMatchObject({ status: 404, body: { error: "not_found" } });
  });

  test("says that it is well", async () => {
    const { status, body } = await send("/health");
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { status: "ok", name: "mcp-x" } });
  });
});

test("one that listens for others serves any Host", async () => {
  await open(false);
  expect((await send("/mcp", { host: "mcp-x.app.example" }, "x")).status).toBe(200);
});
