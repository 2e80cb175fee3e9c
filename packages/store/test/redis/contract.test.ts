import { randomUUID } from "node:crypto";
import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll } from "@jest/globals";
import { openRedisStore } from "../../src/index.ts";
import { describeStoreContract } from "../contract.ts";

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
