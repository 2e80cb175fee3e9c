import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createClient } from "@redis/client";
import type { Store } from "../../src/index.ts";
import { recordPrefixes } from "../../src/keys.ts";
import { sampleClient, sampleCode, sampleGrant, sampleRefreshToken } from "../contract/samples.ts";
import { openPatientStore } from "./patient-store.ts";

describeWithRedis("what stands in Redis", () => {
  const now = Math.floor(Date.now() / 1000);
  let clockAt = now;
  let server: RedisServer;
  let store: Store;
  const connect = () => createClient({ url: server.url }).connect();
  let client: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    server = await RedisServer.start();
    store = await openPatientStore({ url: server.url, clock: () => clockAt });
    client = await connect();
  });
  afterAll(async () => {
    client.destroy();
    await store.close();
    await server[Symbol.asyncDispose]();
  });

  test("keys have the documented prefixes and go by themselves, at most a minute after their end", async () => {
    await store.clients.register(sampleClient("c1"));
    await store.codes.issue("d1", sampleCode(now));
    await store.grants.create(sampleGrant("g1", now), sampleRefreshToken("g1", "r1", now));
    await store.grants.revokeAccessToken("j1", now + 100);
    const keys = (await client.keys("*")).sort();
    const named = keys.map((key) => key.replace(/^oauth:/, ""));
    expect(named.every((key, place) => key !== keys[place])).toBe(true);
    expect(named.filter((key) => Object.values(recordPrefixes).some((prefix) => key.startsWith(prefix)))).toEqual([
      "client:c1",
      "code:d1",
      "grant:g1",
      "refresh:r1",
      "token:j1",
    ]);
    expect(await client.ttl("oauth:client:c1")).toBe(-1);
    expect(await client.ttl("oauth:token:j1")).toBeGreaterThan(100);
    expect(await client.ttl("oauth:token:j1")).toBeLessThanOrEqual(160);
    expect(await client.ttl("oauth:user:gh|1")).toBeGreaterThan(89 * 86_400);
  });

  test("an index loses its stale members as others join, and does not outlive the last", async () => {
    const keep = (id: string, expiresAt: number) =>
      store.replicas.heartbeat({ name: id, address: "127.0.0.1:1" }, expiresAt);
    await keep("a", clockAt + 10);
    await keep("b", clockAt + 100);
    clockAt += 50;
    await keep("c", clockAt + 10);
    expect((await client.zRange("oauth:replicas", 0, -1)).sort()).toEqual(["replica:b", "replica:c"]);
    const left = await client.ttl("oauth:replicas");
    expect(left).toBeGreaterThan(50);
    expect(left).toBeLessThanOrEqual(110);
  });
});
