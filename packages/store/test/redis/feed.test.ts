import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createClient } from "@redis/client";
import { openRedisStore, type Store } from "../../src/index.ts";
import { listenTo } from "../contract/samples.ts";

const now = Math.floor(Date.now() / 1000);

describeWithRedis("an entry of the feed that is no event", () => {
  let server: RedisServer;
  let store: Store;
  const warnings: unknown[][] = [];
  const quiet = () => {};
  const logger = { error: quiet, info: quiet, debug: quiet, warn: (...line: unknown[]) => void warnings.push(line) };

  beforeEach(async () => {
    warnings.length = 0;
    server = await RedisServer.start();
    store = await openRedisStore({ url: server.url, clock: () => now, logger, requestTimeoutMs: 10_000 });
  });
  afterEach(async () => {
    await store.close();
    await server[Symbol.asyncDispose]();
  });

  /** As a hand, or a version to come, might write it. */
  async function write(entry: Record<string, string>): Promise<void> {
    const client = await createClient({ url: server.url }).connect();
    await client.xAdd("oauth:feed", "*", entry);
    await client.close();
  }

  test.each<[string, Record<string, string>]>([
    ["no JSON", { event: "{" }],
    ["null", { event: "null" }],
    ["of a kind that is not known", { event: '{"kind":"everything-revoked"}' }],
    ["a revocation of nothing", { event: '{"kind":"grant-revoked"}' }],
    ["a revocation of what is no text", { event: '{"kind":"access-token-revoked","jti":1}' }],
    ["another field", { other: "x" }],
  ])("%s: may have ended anything, and what comes behind it is heard", async (_what, entry) => {
    const feed = await listenTo(store);
    await write(entry);
    await store.grants.revokeAccessToken("j", now + 10);
    expect(await feed.until(2)).toEqual([{ kind: "unreadable" }, { kind: "access-token-revoked", jti: "j" }]);
  });

  test("is logged once, without what stands in it", async () => {
    const feed = await listenTo(store);
    await write({ event: "a secret" });
    await store.grants.revokeAccessToken("j", now + 10);
    await feed.until(2);
    expect(warnings).toEqual([["an event of the feed cannot be read", { id: expect.any(String) }]]);
  });
});
