import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { listenMetrics } from "@gateway/telemetry";
import { afterEach, describe, expect, test } from "@jest/globals";
import { collectFamilies } from "../../src/metrics/families.ts";
import { callMessage, send, TestClient, until } from "../fixtures/client.ts";
import { parsePrometheus } from "../fixtures/prometheus.ts";
import { type Options, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const opened: { proxy: RunningProxy; server: Server }[] = [];
/** A proxy, and what reads the value of a series. */
async function open(options: Options = {}) {
  const proxy = await openProxy(options);
  const server = await listenMetrics({ host: "127.0.0.1", port: 0 }, () => collectFamilies(proxy.measured));
  opened.push({ proxy, server });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const scrape = async () => parsePrometheus((await send(`${origin}/metrics`, "GET")).text);
  return { proxy, origin, scrape, value: async (series: string) => (await scrape()).get(series) };
}
afterEach(async () => {
  for (const { proxy, server } of opened.splice(0)) {
    server.close();
    await proxy.close();
  }
});

const lasted = (method: string, outcome: string) =>
  `mcp_proxy_request_duration_seconds_count{method="${method}",outcome="${outcome}"}`;

describe("the metrics port", () => {
  test("has none of what the operator's socket has beside them", async () => {
    const { origin } = await open();
    for (const path of ["sessions", "report", "mcp", "health"])
      expect([path, (await send(`${origin}/${path}`, "GET")).status]).toEqual([path, 404]);
    expect((await send(`${origin}/metrics`, "GET")).status).toBe(200);
  });

  test("is the only port for them: that of /mcp has none", async () => {
    const { proxy } = await open();
    expect((await send(new URL("/metrics", proxy.url).href, "GET")).status).toBe(404);
  });

  test("tells nothing of a user, a session, a tool or its arguments", async () => {
    const { proxy, origin } = await open();
    const client = await TestClient.open(proxy.url, { user: "canary-user" });
    await client.call(1, "canary-tool", { key: "canary-argument" });
    await client.post({ jsonrpc: "2.0", id: 2, method: "canary/method" });
    const { text } = await send(`${origin}/metrics`, "GET");
    expect(text).not.toContain("canary");
    expect(text).not.toContain(client.headers["mcp-session-id"]);
    expect(parsePrometheus(text).get(lasted("other", "error"))).toBe(1);
  });
});

describe("what is counted", () => {
  test("sessions: created, open, and ended by reason with how long they lived", async () => {
    const { proxy, value } = await open();
    const clients = await Promise.all([1, 2, 3].map(() => TestClient.open(proxy.url)));
    await clients[0]?.end();
    await clients[1]?.call(1, "crash");
    expect(await value("mcp_proxy_sessions_created_total")).toBe(3);
    expect(await value("mcp_proxy_sessions")).toBe(1);
    expect(await value('mcp_proxy_sessions_ended_total{reason="deleted"}')).toBe(1);
    expect(await value('mcp_proxy_sessions_ended_total{reason="exited"}')).toBe(1);
    expect(await value("mcp_proxy_session_lifetime_seconds_count")).toBe(2);
    await clients[1]?.tool("pid");
    expect(await value("mcp_proxy_sessions_revived_total")).toBe(1);
    expect(await value('mcp_proxy_child_restarts_total{of="session"}')).toBe(1);
  });

  test("requests, by method and outcome", async () => {
    const { proxy, value } = await open({ limits: { request: 2_000 } });
    const client = await TestClient.open(proxy.url);
    await client.tool("pid");
    await client.tool("pid");
    await client.call(3, "no such tool");
    await client.call(4, "hang");
    await client.call(6, "crash");
    expect(await value(lasted("initialize", "result"))).toBe(1);
    expect(await value(lasted("tools/call", "result"))).toBe(2);
    expect(await value(lasted("tools/call", "error"))).toBe(1);
    expect(await value(lasted("tools/call", "timeout"))).toBe(1);
    expect(await value(lasted("tools/call", "exited"))).toBe(1);
    expect(await value('mcp_proxy_errors_total{type="server_timeout"}')).toBe(1);
    expect(await value('mcp_proxy_errors_total{type="server_exited"}')).toBe(1);
  });

  test("a cancelled request as such", async () => {
    const { proxy, value } = await open();
    const client = await TestClient.open(proxy.url);
    const stream = await client.streamedCall(5, "progressThenHang", {}, { progressToken: 1 });
    await stream.next();
    await client.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 5 } });
    expect(await value(lasted("tools/call", "cancelled"))).toBe(1);
    stream.close();
  });

  test("errors that the proxy answers, by type", async () => {
    const { proxy, value } = await open({ limits: { sessionsPerUser: 1 } });
    await TestClient.open(proxy.url, { user: "1" });
    await expect(TestClient.open(proxy.url, { user: "1" })).rejects.toThrow("429");
    await new TestClient(proxy.url, { "mcp-session-id": "x" }).call(1, "pid");
    expect(await value('mcp_proxy_errors_total{type="too_many_sessions_of_user"}')).toBe(1);
    expect(await value('mcp_proxy_errors_total{type="session_not_found"}')).toBe(1);
  });

  test("the pool: waiting children, hits and misses", async () => {
    const { proxy, value } = await open({ limits: { warm: 1 } });
    await until(() => proxy.pool.state.ready === 1);
    await Promise.all([TestClient.open(proxy.url), TestClient.open(proxy.url)]);
    expect(await value("mcp_proxy_pool_hits_total")).toBe(1);
    expect(await value("mcp_proxy_pool_misses_total")).toBe(1);
    await until(async () => (await value("mcp_proxy_pool_ready")) === 1);
  });

  test("streams that somebody reads", async () => {
    const { proxy, value } = await open();
    const client = await TestClient.open(proxy.url);
    const stream = await client.stream();
    await stream.frame();
    expect(await value("mcp_proxy_open_streams")).toBe(1);
    stream.close();
    await until(async () => (await value("mcp_proxy_open_streams")) === 0);
  });

  test("children: how many, their processes, memory, and processor time that stays when they end", async () => {
    const { proxy, value } = await open();
    const client = await TestClient.open(proxy.url);
    await client.tool("family");
    expect(await value("mcp_proxy_children")).toBe(1);
    expect(await value("mcp_proxy_child_processes")).toBe(3);
    expect(await value("mcp_proxy_child_memory_bytes")).toBeGreaterThan(1_000_000);
    const spent = (await value("mcp_proxy_child_cpu_seconds_total")) ?? 0;
    expect(spent).toBeGreaterThan(0);
    await client.end();
    await until(async () => (await value("mcp_proxy_children")) === 0);
    expect(await value("mcp_proxy_child_cpu_seconds_total")).toBeGreaterThanOrEqual(spent);
    expect(await value("mcp_proxy_child_memory_bytes")).toBe(0);
  });

  test("lines of the server that were no JSON-RPC, however few of them are logged", async () => {
    const { proxy, value } = await open();
    const client = await TestClient.open(proxy.url);
    for (let times = 0; times < 4; times += 1) await client.tool("noise"); // of five such lines, and an empty one
    expect(await value("mcp_proxy_skipped_lines_total")).toBe(20);
  });

  test("requests that are refused for what they are", async () => {
    const { proxy, value } = await open();
    const client = await TestClient.open(proxy.url);
    await client.post("{");
    await client.post(callMessage(1, "pid"), { "mcp-protocol-version": "1999-01-01" });
    expect(await value('mcp_proxy_errors_total{type="parse_error"}')).toBe(1);
    expect(await value('mcp_proxy_errors_total{type="unsupported_version"}')).toBe(1);
  });
});
