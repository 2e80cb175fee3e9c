import { randomUUID } from "node:crypto";
import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll } from "@jest/globals";
import { describeStoreContract } from "../contract.ts";
import { openPatientStore } from "./patient-store.ts";

describeWithRedis("a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeStoreContract("redis", (clock) => openPatientStore({ url: server.url, clock, prefix: `${randomUUID()}:` }));
});
