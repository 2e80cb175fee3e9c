import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "@jest/globals";
import { openRedisStore } from "../../src/index.ts";
import { describeStoreContract } from "../contract.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

describeWithRedis("a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.remove());

  describeStoreContract("redis", (clock) =>
    openRedisStore({ url: server.url, clock, prefix: `${randomUUID()}:`, requestTimeoutMs: 2_000 }),
  );
});
