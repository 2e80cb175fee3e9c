import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { initializeMessage, post, send } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const status = async (proxy: RunningProxy, headers: Record<string, string>) =>
  (await post(proxy.url, { jsonrpc: "2.0", id: 1, method: "ping" }, headers)).status;
const served = 400; // for want of a session: Host and Origin were fine

describe("a proxy on its own", () => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    proxy = await openProxy();
  });
  afterAll(() => proxy.close());

  test.each([
    ["localhost", served],
    ["localhost:3000", served],
    ["LOCALHOST.", served],
    ["mcp-time.localhost:8080", served],
    ["127.0.0.1:9", served],
    ["[::1]:3000", served],
    ["192.168.1.5:3000", served],
    ["evil.example", 403],
    ["localhost.evil.example", 403],
    ["localhost@evil.example", 403],
    ["localhost/evil", 403],
  ])("asked for Host %j answers %s", async (host, expected) => expect(await status(proxy, { host })).toBe(expected));

  test.each([
    ["http://localhost:6274", served],
    ["https://127.0.0.1", served],
    ["http://evil.example", 403],
    ["null", 403],
    ["http://localhost.evil.example", 403],
    ["file://localhost", 403],
    ["", 403],
  ])("asked by a page of %j answers %s", async (origin, expected) =>
    expect(await status(proxy, { origin })).toBe(expected),
  );

  test.each(["GET", "DELETE", "OPTIONS", "PUT"])("checks names on %s too", async (method) => {
    expect((await send(proxy.url, method, undefined, { origin: "http://evil.example" })).status).toBe(403);
    expect((await send(proxy.url, method, undefined, { host: "evil.example" })).status).toBe(403);
  });

  test("answers preflights, with the headers asked for that are known", async () => {
    const answer = await send(proxy.url, "OPTIONS", undefined, {
      origin: "http://localhost:6274",
      "access-control-request-method": "POST",
      "access-control-request-headers":
        "content-type, mcp-session-id, mcp-param-city, Mcp-Param-a.b~c, mcp-param-, mcp-param-a/b, x-evil",
    });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "http://localhost:6274",
      "access-control-allow-headers": "content-type, mcp-session-id, mcp-param-city, Mcp-Param-a.b~c",
      "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
      vary: "Origin",
    });
    expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
  });

  test("lets a page read answers and errors", async () => {
    const headers = { origin: "http://localhost:6274" };
    for (const body of [initializeMessage(), "{"]) {
      expect((await post(proxy.url, body, headers)).headers).toMatchObject({
        "access-control-allow-origin": "http://localhost:6274",
        "access-control-expose-headers": expect.stringContaining("Mcp-Session-Id"),
      });
    }
  });

  test("shows /health and /ready to this machine only", async () => {
    for (const path of ["/health", "/ready"]) {
      const url = new URL(path, proxy.url).href;
      expect((await send(url, "GET", undefined, { host: "evil.example" })).status).toBe(403);
    }
  });
});

describe("a proxy behind an edge", () => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    const front = {
      hosts: ["mcp-time.example.com"],
      origins: ["https://app.example"],
      loopbackOrigins: false,
      alone: false,
    };
    proxy = await openProxy({ front });
  });
  afterAll(() => proxy.close());

  test.each([
    ["mcp-time.example.com", undefined, served],
    ["MCP-Time.Example.com.", undefined, served],
    ["mcp-time.example.com:80", undefined, served],
    ["mcp-time.example.com", "https://app.example", served],
    ["mcp-time.example.com", "http://localhost:6274", 403],
    ["mcp-time.example.com:8443", undefined, 403],
    ["localhost", undefined, 403],
    ["127.0.0.1", undefined, 403],
  ])("asked for Host %j by a page of %j answers %s", async (host, origin, expected) => {
    expect(await status(proxy, { host, ...(origin === undefined ? {} : { origin }) })).toBe(expected);
  });
});
