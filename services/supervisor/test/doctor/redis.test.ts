import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { checkRedis, checkRedisOfStack } from "../../src/doctor/redis.ts";
import { commandContext } from "../fixtures/command-context.ts";

test("an address that is none is a problem with an example of one", async () => {
  expect(await checkRedis({ REDIS_URL: "localhost:6379" })).toMatchObject([
    { state: "problem", advice: expect.stringContaining("redis://localhost:6379") },
  ]);
});

test("a Redis that does not run is a problem with what to look at", async () => {
  expect(await checkRedis({ REDIS_URL: "redis://127.0.0.1:1" })).toMatchObject([
    { state: "problem", advice: expect.stringContaining("REDIS_PASSWORD") },
  ]);
});

test("no Redis is no problem: the store is embedded", async () => {
  expect(await checkRedis({})).toMatchObject([{ state: "ok" }]);
});

describeWithRedis("a Redis with a password", () => {
  test("is a problem with another one, and fine with its own; neither is shown", async () => {
    await using redis = await RedisServer.start({ password: "canary-right" });
    const refused = await checkRedis({ REDIS_URL: redis.url, REDIS_PASSWORD: "canary-wrong" });
    expect(refused).toMatchObject([{ state: "problem" }]);
    const found = await checkRedis({ REDIS_URL: redis.url, REDIS_PASSWORD: "canary-right" });
    expect(found).toMatchObject([{ state: "ok", found: "answers, and keeps what it acknowledged" }]);
    expect(JSON.stringify([refused, found])).not.toContain("canary");
  });
});

describeWithRedis("a Redis that does not keep all that it acknowledges", () => {
  test.each([
    ["appendonly", "no"],
    ["appendfsync", "everysec"],
  ])("is something to look at, and no problem: %s %s", async (name, value) => {
    await using redis = await RedisServer.start();
    await redis.kill();
    await redis.run({ [name]: value });
    expect(await checkRedis({ REDIS_URL: redis.url })).toMatchObject([
      { state: "warning", found: expect.stringContaining(`${name} is ${value}`) },
    ]);
  });
});

describeWithRedis("the Redis of the stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "doctor-redis-"));
    writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{}}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Looks at a stack whose container is this Redis, or that has none that runs. */
  function check(redis: RedisServer | undefined) {
    const runs = redis === undefined ? "" : "redis\\tcontainer-of-redis\\n";
    const asked = `exec redis-cli -s ${redis?.folder}/redis.sock config get 'append*'`;
    const exec = `[ "$2 $3 $4" = "container-of-redis sh -c" ] && case "$5" in *'redis-cli config get "append*"') ${asked};; esac`;
    const docker = join(folder, "docker");
    writeFileSync(docker, `#!/bin/sh\ncase "$1" in ps) printf '${runs}';; exec) ${exec};; esac\n`, { mode: 0o755 });
    const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret", ALLOWED_GITHUB_USERS: "*" };
    const path = { PATH: `${folder}:${process.env.PATH}` };
    return checkRedisOfStack(
      commandContext(folder, { BASE_DOMAIN: "g.mydomain.dev", TLS: "local-ca", ...app, ...path }),
    );
  }

  test("is told with the containers where it does not run", async () => {
    expect(await check(undefined)).toEqual([]);
  });

  test("is fine as the stack runs it", async () => {
    await using redis = await RedisServer.start();
    expect(await check(redis)).toMatchObject([{ state: "ok" }]);
  });

  test("is something to look at where somebody changed that", async () => {
    await using redis = await RedisServer.start();
    await redis.kill();
    await redis.run({ appendfsync: "no" });
    expect(await check(redis)).toMatchObject([
      { state: "warning", found: expect.stringContaining("appendfsync is no") },
    ]);
  });
});
