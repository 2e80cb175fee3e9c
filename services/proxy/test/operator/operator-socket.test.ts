import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { listenOperator } from "../../src/operator/operator-socket.ts";
import { send, TestClient } from "../fixtures/client.ts";
import { parsePrometheus } from "../fixtures/prometheus.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const folder = mkdtempSync(join(tmpdir(), "proxy-"));
const socketPath = join(folder, "operator.sock");
let proxy: RunningProxy;
let server: Server;
beforeAll(async () => {
  proxy = await openProxy();
  writeFileSync(socketPath, "left by a killed one");
  server = await listenOperator(socketPath, proxy.measured);
});
afterAll(async () => {
  server.close();
  await proxy.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string) =>
  new Promise<string>((resolve, reject) => {
    request({ socketPath, path }, (res) => resolve(text(res)))
      .once("error", reject)
      .end();
  });

describe("the operator socket", () => {
  test("opens for its owner alone", () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  });

  test("tells each session's process, times and client, and nothing that opens it", async () => {
    const client = await TestClient.open(proxy.url, { user: "1" });
    const pid = Number(await client.tool("pid"));
    const answer = await ask("/sessions");
    expect(JSON.parse(answer)).toEqual([
      {
        session_id: expect.stringMatching(/^[0-9a-f]{12}$/),
        process: pid,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        last_accessed: expect.stringMatching(/^\d{4}-.*Z$/),
        client_info: { name: "test", version: "1" },
      },
    ]);
    expect(answer).not.toContain(client.headers["mcp-session-id"]);
    await client.end();
    expect(JSON.parse(await ask("/sessions"))).toEqual([]);
  });

  test("tells who holds processes to their limits, and that there are none", async () => {
    expect(JSON.parse(await ask("/report"))).toMatchObject({ sessions: [], limits: { enforcement: null } });
    const limits = { resources: { memory: 1e9, pids: undefined, cpus: undefined } };
    const limited = await openProxy({ limits });
    expect(limited.measured.resources.enforcement).toBe("best effort");
    await limited.close();
  });

  test("has the metrics too", async () => {
    expect(parsePrometheus(await ask("/metrics")).get("mcp_proxy_sessions")).toBe(0);
  });

  test("is the only place for it: no port answers", async () => {
    expect((await send(new URL("/sessions", proxy.url).href, "GET")).status).toBe(404);
  });
});
