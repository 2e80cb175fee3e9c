import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { exceededLimit, niceness } from "../src/child/resource-limits.ts";
import { callMessage, post, TestClient, until } from "./fixtures/client.ts";
import { isRunning } from "./fixtures/is-running.ts";
import { proxiesOfEachTest } from "./fixtures/proxies-of-each-test.ts";

const open = proxiesOfEachTest();
const megabyte = 1_048_576;
const unlimited = { memory: undefined, pids: undefined, cpus: undefined };

describe("a child that goes beyond a limit is ended, with an error that names it, and no other is", () => {
  test.each([
    ["memory, in a process of its own", { memory: 150 * megabyte }, "hog", { megabytes: 400 }, "memory: 150m"],
    ["processes that left its group", { pids: 8 }, "storm", { processes: 20 }, "pids: 8"],
  ])("%s", async (_what, limits, tool, args, limit) => {
    const proxy = await open({ limits: { resources: { ...unlimited, ...limits } } });
    const bystander = await TestClient.open(proxy.url, { user: "bystander" });
    const client = await TestClient.open(proxy.url, { user: "greedy" });
    const pid = Number(await client.tool("pid"));
    const { json } = await client.call(5, tool, args);
    expect(json).toMatchObject({ id: 5, error: { code: -32_603, data: { reason: "limit_exceeded", limit } } });
    await until(() => !isRunning(pid));
    expect(await bystander.tool("echo", { value: "still here" })).toBe("still here");
    expect(proxy.logged()).toContain(limit);
  });

  test("one that stays within them is let alone", async () => {
    const proxy = await open({ limits: { resources: { ...unlimited, memory: 500 * megabyte, pids: 20 } } });
    const client = await TestClient.open(proxy.url);
    await client.tool("family");
    expect(await client.tool("echo", { value: "here", after: 600 })).toBe("here");
  });
});

describe("a share of the processors", () => {
  test.each([
    [0.5, 2, 6],
    [1, 1, 0],
    [2, 1, 0],
    [0.01, 64, 19],
  ])("%d of %d is a nice value of %d", (cpus, cores, nice) => {
    expect(niceness(cpus, cores)).toBe(nice);
  });

  test("is the child's priority", async () => {
    const proxy = await open({ limits: { resources: { ...unlimited, cpus: 0.01 } } });
    const client = await TestClient.open(proxy.url);
    const stat = readFileSync(`/proc/${await client.tool("pid")}/stat`, "latin1");
    expect(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16])).toBeGreaterThanOrEqual(19); // proc(5): nice
  });
});

describe("messages", () => {
  test("of a client beyond the size are refused", async () => {
    const proxy = await open({ limits: { messageSize: 4_096 } });
    const client = await TestClient.open(proxy.url);
    expect(await client.tool("echo", { value: "x".repeat(2_000) })).toHaveLength(2_000);
    const answer = await post(proxy.url, callMessage(1, "echo", { value: "x".repeat(5_000) }), client.headers);
    expect(answer).toMatchObject({ status: 413, json: { error: { data: "A body has at most 4096 bytes" } } });
  });

  test("of a server beyond the size end it, with an error that names the limit", async () => {
    const proxy = await open({ limits: { messageSize: 40_000 } });
    const client = await TestClient.open(proxy.url);
    await Promise.all(Array.from({ length: 60 }, () => client.tool("echo", { value: "x".repeat(1_000) })));
    const data = { reason: "limit_exceeded", limit: "message size: 40000" };
    expect(await client.call(2, "seen")).toMatchObject({ status: 500, json: { id: 2, error: { data } } });
    expect(await client.tool("echo", { value: "served on" })).toBe("served on");
  });

  test("that wait for an answer are bounded in number", async () => {
    const proxy = await open({ limits: { pendingRequests: 2 } });
    const client = await TestClient.open(proxy.url);
    const waiting = [1, 2].map((id) => client.call(id, "echo", { value: "late", after: 2_000 }));
    await until(async () => (await client.call(3, "echo", { value: "now" })).status === 503);
    for (const { json } of await Promise.all(waiting)) expect(json?.result).toBeDefined();
  });
});

describe("what is exceeded", () => {
  test.each([
    [{ memory: 2_048, processes: 1 }, { memory: 2_048 }, undefined],
    [{ memory: 2_049, processes: 1 }, { memory: 2_048 }, "memory: 2k"],
    [{ memory: 1, processes: 3 }, { pids: 2 }, "pids: 2"],
    [{ memory: 1e12, processes: 1e6 }, {}, undefined],
  ])("%j of %j: %s", (usage, limits, expected) => {
    expect(exceededLimit(usage, { ...unlimited, ...limits })).toBe(expected);
  });
});
