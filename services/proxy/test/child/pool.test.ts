import { describe, expect, test } from "@jest/globals";
import { initializeMessage, post, TestClient, until } from "../fixtures/client.ts";
import { isRunning } from "../fixtures/is-running.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const open = proxiesOfEachTest();
const ready = (proxy: RunningProxy, count: number) => until(() => proxy.pool.state.ready === count);
/** Of children started with `--log-pid`. */
const pidsOf = (proxy: RunningProxy) => [...proxy.logged().matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));

describe("a pool of warm children", () => {
  test("is filled before anyone asks, and refilled after a child was handed out", async () => {
    const proxy = await open({ limits: { warm: 2 } });
    await ready(proxy, 2);
    expect(proxy.sessions.children).toBe(0);
    await TestClient.open(proxy.url);
    expect(proxy.pool.state).toMatchObject({ hits: 1, misses: 0 });
    await ready(proxy, 2);
    expect(proxy.sessions.children).toBe(1);
  });

  test("answers with the child's own result, to the client's own parameters", async () => {
    const proxy = await open({ flags: ["--repeat-client"], limits: { warm: 1 } });
    await ready(proxy, 1);
    const clientInfo = { name: "somebody", version: "7" };
    const { json } = await post(proxy.url, initializeMessage("2025-06-18", { clientInfo }));
    expect(json?.result).toMatchObject({ protocolVersion: "2025-06-18", instructions: JSON.stringify(clientInfo) });
  });

  test("a server that takes 500 ms to start does not let its client wait for that", async () => {
    const proxy = await open({ flags: ["--slow-start"], limits: { warm: 1 } });
    const started = () => proxy.logged().split("up at last").length - 1;
    for (let round = 1; round <= 3; round += 1) {
      await ready(proxy, 1);
      await until(() => started() === round);
      expect((await post(proxy.url, initializeMessage())).status).toBe(200);
      expect(proxy.pool.state).toMatchObject({ hits: round, misses: 0 });
    }
  });

  test("never hands out a child twice", async () => {
    const proxy = await open({ limits: { warm: 2 } });
    const pids = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const client = await TestClient.open(proxy.url, { user: String(round % 2) });
      pids.add(await client.tool("pid"));
      await client.end();
    }
    expect(pids.size).toBe(6);
  });

  test("starts a child when none waits, and counts it", async () => {
    const proxy = await open({ limits: { warm: 1 } });
    await ready(proxy, 1);
    // At one moment, so that none is started ahead in between.
    const children = await Promise.all([1, 2, 3].map(() => proxy.pool.take({ onMessage: () => {} })));
    expect(proxy.pool.state).toMatchObject({ hits: 1, misses: 2 });
    expect(new Set(children.map(({ pid }) => pid)).size).toBe(3);
    await Promise.all(children.map((child) => child.end({ stdin: 2_000, terminate: 3_000 })));
  });

  test("replaces a child that ends while it waits", async () => {
    const proxy = await open({ flags: ["--log-pid"], limits: { warm: 1 } });
    await ready(proxy, 1);
    await until(() => pidsOf(proxy).length === 1);
    const [first = 0] = pidsOf(proxy);
    process.kill(first, "SIGKILL");
    await until(() => pidsOf(proxy).length === 2);
    await ready(proxy, 1);
    const client = await TestClient.open(proxy.url);
    expect(Number(await client.tool("pid"))).not.toBe(first);
  });

  test("does not start a server again and again that will not stay up", async () => {
    const proxy = await open({ flags: ["--crash-at-start"], limits: { warm: 1 } });
    await until(() => proxy.logged().includes('"pause":2000'));
    const lines = proxy.logged().split("\n");
    const before = lines.slice(0, lines.findIndex((line) => line.includes('"pause":2000')) + 1);
    expect(before.filter((line) => line.includes("that was started ahead ended"))).toHaveLength(2);
  });

  test("ends with the proxy", async () => {
    const proxy = await openProxy({ flags: ["--log-pid"], limits: { warm: 2 } });
    await until(() => pidsOf(proxy).length === 2);
    const pids = pidsOf(proxy);
    await proxy.close();
    expect(pids.filter(isRunning)).toEqual([]);
  });
});
