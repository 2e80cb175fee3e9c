import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { callMessage, TestClient, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { stateSecrets, userOf } from "../fixtures/pair.ts";
import { fixture } from "../fixtures/proxy.ts";
import { keepForSearch } from "../fixtures/watched-log.ts";

// What people run: the build (`tsc -b`).
const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const canElicit = { capabilities: { elicitation: {} } };

let redis: RedisServer;
const started: Replica[] = [];

interface Replica {
  readonly process: ChildProcess;
  readonly url: string;
  /** Resolves once it sees exactly these alive. */
  untilSees(...names: string[]): Promise<void>;
}

/** One of several proxies, each a process. */
async function start(name: string): Promise<Replica> {
  const env = {
    ...{ PATH: process.env.PATH ?? "", PORT: "0", ALLOW_ANONYMOUS: "1", SERVER_NAME: "test", MCP_ERA: "legacy" },
    ...{ REDIS_URL: redis.url, REPLICA_NAME: name, MCP_STATE_SECRET: stateSecrets.join() },
  };
  const argv = [main, "--", process.execPath, fixture("raw-server.mjs")];
  const proxy = spawn(process.execPath, argv, { env, stdio: ["ignore", "ignore", "pipe"] });
  let logged = "";
  proxy.stderr.on("data", (text) => (logged += text)).on("data", keepForSearch);
  await until(() => /"event":"listening"/.test(logged), 30_000);
  const seen = () => logged.split("\n").findLast((line) => line.includes("replicas that are alive")) ?? "";
  const replica = {
    process: proxy,
    url: `http://127.0.0.1:${/"port":(\d+)/.exec(logged)?.[1]}/mcp`,
    untilSees: (...names: string[]) => until(() => seen().includes(`"replicas":${JSON.stringify(names)}`), 30_000),
  };
  started.push(replica);
  return replica;
}

async function end({ process: proxy }: Replica, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(proxy, "close");
  proxy.kill(signal);
  return (await closed)[0];
}

describeWithRedis("a replica that is killed", () => {
  let a: Replica;
  let b: Replica;
  beforeEach(async () => {
    redis = await RedisServer.start();
    [a, b] = await Promise.all([start("a"), start("b")]);
    await Promise.all([a.untilSees("a", "b"), b.untilSees("a", "b")]);
  }, 90_000);
  afterEach(async () => {
    for (const { process: proxy } of started.splice(0)) proxy.kill("SIGKILL");
    await redis[Symbol.asyncDispose]();
  });

  test("has left nothing that blocks: questions and sessions of it are gone, and the other one serves", async () => {
    const user = userOf("a");
    const client = ModernClient.of(user, b.url);
    const asked = await client.call("elicit", { message: "?" }, canElicit);
    const { requestState, inputRequests } = (asked.json?.result ?? {}) as Record<string, unknown>;
    const session = await TestClient.open(a.url);
    const astray = new TestClient(b.url, session.headers);
    expect(await astray.tool("pid")).toBe(await session.tool("pid"));

    await end(a, "SIGKILL");
    const inputResponses = { [Object.keys(inputRequests as object)[0] ?? ""]: { action: "decline" } };
    const retry = await client.call("elicit", { message: "?" }, canElicit, { inputResponses, requestState });
    expect(retry).toMatchObject({ status: 200, json: { error: { code: -32602 } } });
    expect(await astray.call(1, "pid")).toMatchObject({ status: 404, json: { id: 1, error: { code: -32001 } } });
    expect(await client.tool("echo", { value: "here" })).toBe("here");
    expect(await (await TestClient.open(b.url)).tool("echo", { value: "anew" })).toBe("anew");
  }, 60_000);

  test("in the middle of a call is an error to its client", async () => {
    const session = await TestClient.open(a.url);
    const json = { accept: "application/json" };
    const waiting = new TestClient(b.url, session.headers).post(callMessage(3, "hang"), json);
    await until(async () => /name.*hang/.test(await session.tool("seen")));
    await end(a, "SIGKILL");
    expect(await waiting).toMatchObject({
      status: 500,
      json: { id: 3, error: { code: -32603, data: { reason: "server_exited" } } },
    });
  }, 60_000);

  test("and comes back under its name takes its sessions up again", async () => {
    const session = await TestClient.open(a.url);
    await end(a, "SIGKILL");
    const again = await start("a");
    await again.untilSees("a", "b");
    const astray = new TestClient(b.url, session.headers);
    await until(async () => (await astray.call(1, "pid")).status === 200, 30_000);
  }, 90_000);

  test("or told to end hands over at once, and ends by itself", async () => {
    expect(await end(a, "SIGTERM")).toBe(0);
    await b.untilSees("b");
  }, 60_000);
});
