import { randomUUID } from "node:crypto";
import { RedisServer } from "@gateway/redis-server";
import { afterAll, beforeAll } from "@jest/globals";
import { openRedisStore } from "../../src/index.ts";
import { describeStoreContract } from "../contract.ts";
import { describeWithRedis } from "./describe-with-redis.ts";

describeWithRedis("a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeStoreContract("redis", (clock) =>
    openRedisStore({ url: server.url, clock, prefix: `${randomUUID()}:`, requestTimeoutMs: 2_000 }),
  );
});
