import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { KeptDiscovery } from "../../src/modern/kept-discovery.ts";
import type { Json } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const canElicit = { elicitation: {} };

describe("what a child last said that it can do", () => {
  let now: number;
  let kept: KeptDiscovery;
  beforeEach(() => {
    now = 1_000;
    kept = new KeptDiscovery(() => now);
  });
  const answer = (result: object | undefined, text = "{}") =>
    ({ kind: "response", id: 1, result, text }) as Parameters<KeptDiscovery["keep"]>[0];
  const ageIn = (milliseconds: number) => {
    now += milliseconds;
    return kept.find({})?.age;
  };

  test.each<[string, object | undefined]>([
    ["an error", undefined],
    ["one that does not say for how long it holds", {}],
    ["one that holds for no time", { ttlMs: 0 }],
    ["one that holds for less than none", { ttlMs: -5 }],
    ["one whose time is no whole number", { ttlMs: 10.5 }],
    ["one whose time is a text", { ttlMs: "5000" }],
    ["one that is not complete", { resultType: "input_required", ttlMs: 5_000 }],
  ])("is not kept: %s", (_what, result) => {
    kept.keep(answer(result), {}, now);
    expect(kept.find({})).toBeUndefined();
  });

  test("is not kept when it is longer than is worth it", () => {
    kept.keep(answer({ ttlMs: 5_000 }, " ".repeat(65_537)), {}, now);
    expect(kept.find({})).toBeUndefined();
  });

  test("is not told to who can do something else", () => {
    kept.keep(answer({ ttlMs: 5_000 }), {}, now);
    expect(kept.find(canElicit)).toBeUndefined();
  });

  test("is told, and how old it is, for as long as it holds since it was asked", () => {
    kept.keep(answer({ ttlMs: 5_000 }), {}, now - 100);
    expect([ageIn(0), ageIn(4_899), ageIn(1)]).toEqual([100, 4_999, undefined]);
  });

  test("is forgotten when something changes, as is an answer to what was asked before that", () => {
    kept.keep(answer({ ttlMs: 5_000 }), {}, now);
    const askedAt = now;
    now += 1;
    kept.forget();
    expect(kept.find({})).toBeUndefined();
    kept.keep(answer({ ttlMs: 5_000 }), {}, askedAt);
    expect(kept.find({})).toBeUndefined();
    now += 1;
    kept.keep(answer({ ttlMs: 5_000 }), {}, now);
    expect(kept.find({})).toBeDefined();
  });
});

describe("a modern server whose discovery holds", () => {
  let proxy: RunningProxy;
  const command = (...flags: string[]): [string, ...string[]] => [
    process.execPath,
    fixture("modern-server.mjs"),
    ...flags,
  ];
  beforeAll(async () => {
    proxy = await openProxy({ command: command("--holds"), era: "modern" });
  });
  afterAll(() => proxy.close());
  /** How often the child of a user was asked what it can do. */
  const timesAsked = async (client: ModernClient) =>
    (JSON.parse(await client.tool("seen")) as string[]).filter((line) => line.includes('"server/discover"')).length;
  const discover = async (client: ModernClient, capabilities = {}) =>
    (await client.request("server/discover", {}, { capabilities })).json as Json & { id: number };

  test("is not asked again, not even by the first client; how long it holds grows less", async () => {
    const ann = ModernClient.of("ann", proxy.url);
    const answers = [await discover(ann), await discover(ann)];
    for (const { result } of answers) {
      expect(result).toMatchObject({ supportedVersions: ["2026-07-28"], resultType: "complete", cacheScope: "public" });
      expect(result?.ttlMs).toBeGreaterThan(0);
      expect(result?.ttlMs).toBeLessThan(3_600_000);
    }
    expect(answers.map(({ id }) => id)).toEqual([1, 2]);
    expect(await timesAsked(ann)).toBe(1);
  });

  test("is asked by who can do something else, once", async () => {
    const ben = ModernClient.of("ben", proxy.url);
    await discover(ben, canElicit);
    await discover(ben, canElicit);
    expect(await timesAsked(ben)).toBe(2);
  });

  test("is asked anew when it tells that it has other tools", async () => {
    const cat = ModernClient.of("cat", proxy.url);
    const listening = await cat.listen({ toolsListChanged: true });
    await listening.next(); // what is honoured
    await discover(cat);
    await cat.call("grow");
    expect(await listening.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    listening.close();
    await discover(cat);
    expect(await timesAsked(cat)).toBe(2);
  });

  test("is asked each time where one process serves all users", async () => {
    const shared = await openProxy({ command: command("--holds"), era: "modern", isShared: true });
    const of = (user: string) => ModernClient.of(user, shared.url);
    expect((await discover(of("ann"))).result).toMatchObject({ ttlMs: 3_600_000, cacheScope: "private" });
    await discover(of("ben"));
    expect(await timesAsked(of("ann"))).toBe(3);
    await shared.close();
  });

  test("is asked each time where it does not say that it holds", async () => {
    const other = await openProxy({ command: command(), era: "modern" });
    const ann = ModernClient.of("ann", other.url);
    await discover(ann);
    await discover(ann);
    expect(await timesAsked(ann)).toBe(3);
    await other.close();
  });
});
