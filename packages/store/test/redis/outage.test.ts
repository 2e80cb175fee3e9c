import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openRedisStore, type Store } from "../../src/index.ts";
import { listenTo, sampleClient, sampleGrant, sampleRefreshToken } from "../contract/samples.ts";
import { eventually, timed } from "../waiting.ts";
import { isUp, openPatientStore } from "./patient-store.ts";

const unavailable = { name: "StoreUnavailable" };
const now = Math.floor(Date.now() / 1000);

describeWithRedis("outages of Redis", () => {
  let server: RedisServer;
  const opened: Store[] = [];
  const open = async () => {
    const store = await openRedisStore({ url: server.url, clock: () => now });
    opened.push(store);
    return store;
  };
  const openPatient = async (more: { password?: string } = {}) => {
    const store = await openPatientStore({ url: server.url, clock: () => now, ...more });
    opened.push(store);
    return store;
  };

  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await server[Symbol.asyncDispose]();
  });

  test("killed: says so within a second; back: goes on by itself, and nothing acknowledged is lost", async () => {
    const store = await open();
    await store.clients.register(sampleClient("c1"));
    await store.grants.create(sampleGrant("g1", now), sampleRefreshToken("g1", "r1", now));
    await server.kill();
    for (let tries = 0; tries < 5; tries += 1) {
      const { elapsed, error } = await timed(store.grants.find("g1"));
      expect(error).toMatchObject(unavailable);
      expect(elapsed).toBeLessThan(1_000);
    }
    await server.run();
    await eventually("the store is back", isUp(store), 1_000);
    expect(await store.clients.find("c1")).toEqual(sampleClient("c1"));
    expect(await store.grants.ofRefreshToken("r1")).toEqual(sampleGrant("g1", now));
  });

  test("hung: every answer comes within a second, and it is back at once when Redis is", async () => {
    const store = await open();
    server.signal("SIGSTOP");
    const answers = await Promise.all(
      [store.ping(), store.clients.find("c"), store.clients.register(sampleClient("c")), store.grants.list()].map(
        timed,
      ),
    );
    for (const { elapsed, error } of answers) {
      expect(error).toMatchObject(unavailable);
      expect(elapsed).toBeLessThan(1_000);
    }
    const later = await timed(store.clients.find("c"));
    expect(later.error).toMatchObject(unavailable);
    expect(later.elapsed).toBeLessThan(50); // not queued towards a Redis that hangs
    await eventually("the feed is known to be silent", () => store.feed.silentFor() > 1_000);
    server.signal("SIGCONT");
    await eventually("the store is back", isUp(store), 1_000);
    await eventually("the feed is alive", () => store.feed.silentFor() < 500, 1_500);
  });

  test("never there: opens, is unavailable, and works once Redis comes", async () => {
    await server.kill();
    const store = await open();
    expect((await timed(store.ping())).error).toMatchObject(unavailable);
    expect(store.feed.silentFor()).toBe(Number.POSITIVE_INFINITY);
    const feed = await listenTo(store);
    await server.run();
    await eventually("the store is there", isUp(store));
    await eventually("the feed is alive", () => store.feed.silentFor() < 500);
    await store.grants.revokeAccessToken("j", now + 10);
    expect(await feed.until(1)).toEqual([{ kind: "access-token-revoked", jti: "j" }]);
  });

  test("a wrong password is an outage, with its cause in the log; the right one is none", async () => {
    await server.kill();
    await server.run({ requirepass: "right" });
    await openPatient({ password: "right" });
    const warnings: unknown[] = [];
    const quiet = () => {};
    const logger = { error: quiet, info: quiet, debug: quiet, warn: (...line: unknown[]) => warnings.push(line) };
    const store = await openRedisStore({ url: server.url, password: "wrong", clock: () => now, logger });
    opened.push(store);
    expect((await timed(store.ping())).error).toMatchObject(unavailable);
    expect(warnings).toHaveLength(2);
    expect(JSON.stringify(warnings)).toContain("redis is not to be reached");
    expect(warnings[0]).toMatchObject([
      expect.any(String),
      { error: { message: expect.stringContaining("WRONGPASS") } },
    ]);
  });

  test("a URL that is none is refused at once", async () => {
    await expect(openRedisStore({ url: "localhost:6379", clock: () => now })).rejects.toThrow("Redis protocol");
  });

  describe("the feed", () => {
    test("two stores on one Redis hear each other's revocations within a second", async () => {
      const [one, other] = await Promise.all([open(), open()]);
      const [hearsOne, hearsOther] = await Promise.all([listenTo(one), listenTo(other)]);
      await one.grants.create(sampleGrant("g1", now), undefined);
      const { elapsed } = await timed(other.grants.revoke("g1").then(() => hearsOne.until(1)));
      expect(elapsed).toBeLessThan(1_000);
      expect(await hearsOther.until(1)).toEqual([{ kind: "grant-revoked", grantId: "g1" }]);
      expect(await one.grants.find("g1")).toBeUndefined();
    });

    test("is silent while Redis is gone, and tells what was missed before it counts as alive again", async () => {
      const [cutOff, writer] = await Promise.all([open(), open()]);
      const feed = await listenTo(cutOff);
      await server.kill();
      await eventually("the feed is silent", () => cutOff.feed.silentFor() > 400);
      await server.run();
      await eventually("the writer is back", isUp(writer));
      await writer.grants.revokeAccessToken("j", now + 10);
      const published = performance.now();
      await eventually("the feed is alive", () => cutOff.feed.silentFor() < performance.now() - published);
      expect(feed.events).toEqual([{ kind: "access-token-revoked", jti: "j" }]);
    });
  });

  test("two stores spend one code once", async () => {
    const [one, other] = await Promise.all([openPatient(), openPatient()]);
    const user = { sub: "gh|1", login: "octocat" };
    const { request } = {
      request: { clientId: "c", redirectUri: "u", codeChallenge: "x", scope: "mcp", resource: "r" },
    };
    for (let round = 0; round < 20; round += 1) {
      const code = { request, user, authTime: now, expiresAt: now + 60, grantId: `g${round}` };
      await one.codes.issue(`d${round}`, code);
      const spent = await Promise.all([one, other, one, other].map((store) => store.codes.spend(`d${round}`)));
      expect(spent.filter(({ state }) => state === "fresh")).toHaveLength(1);
    }
  });
});
