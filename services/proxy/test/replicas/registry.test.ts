import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import type { Replicas } from "@gateway/store";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Registry } from "../../src/replicas/registry.ts";
import { until } from "../fixtures/client.ts";
import { openStore } from "../fixtures/redis.ts";
import { openLog } from "../fixtures/watched-log.ts";

let redis: RedisServer;
let records: Replicas;
let close: () => Promise<void>;
const log: string[] = [];

const registryOf = (name: string) =>
  new Registry({ name, records, logger: openLog(log), interval: 20, lifetime: 2_000 });

describeWithRedis("the replicas that are alive", () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
    const store = await openStore(redis);
    records = store.replicas;
    close = () => store.close();
  });
  afterAll(async () => {
    await close();
    await redis[Symbol.asyncDispose]();
  });

  test("are not known before this one has joined: that is no answer", () => {
    const registry = registryOf("x");
    expect(() => registry.live()).toThrow("replicas_unknown");
    expect(() => registry.addressOf("x")).toThrow("replicas_unknown");
  });

  test("are those that have joined and not left, each where it is reached", async () => {
    const [one, two] = [registryOf("one"), registryOf("two")];
    await one.join("http://1");
    await two.join("http://2");
    await until(() => one.live().length === 2);
    expect([one.addressOf("two"), two.addressOf("one")]).toEqual(["http://2", "http://1"]);
    await one.leave();
    await until(() => two.live().length === 1);
    expect(one.live()).toEqual(["two"]); // which it still can pass things on to
    await two.leave();
    await until(() => one.live().length === 0); // it still hears of the others
    one.close();
    two.close();
  });

  test("are without one that could not be reached", async () => {
    const [one, two] = [registryOf("one"), registryOf("two")];
    await two.join("http://2");
    await one.join("http://1");
    one.suspect("two");
    expect(one.live()).toEqual(["one"]);
    expect(one.addressOf("two")).toBeUndefined();
    await Promise.all([one.leave(), two.leave()]);
    one.close();
    two.close();
  });

  test("have names of their own: another one of the same name is told of", async () => {
    const [one, other] = [registryOf("same"), registryOf("same")];
    await one.join("http://1");
    await other.join("http://2");
    await until(() => log.some((line) => line.includes("another replica has this one's name")));
    await Promise.all([one.leave(), other.leave()]);
    one.close();
    other.close();
  });
});
