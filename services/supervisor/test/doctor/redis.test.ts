import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { expect, test } from "@jest/globals";
import { checkRedis } from "../../src/doctor/redis.ts";

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
    expect(found).toMatchObject([{ state: "ok" }]);
    expect(JSON.stringify([refused, found])).not.toContain("canary");
  });
});
