import type { Caching } from "@gateway/protocol";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FakeAuth } from "../fixtures/fake-auth.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const publicly = (ttlMs: number): Caching => ({ ttlMs, cacheScope: "public" });
/** What the operator says. */
const cache = new Map<string, Caching>([
  ["tools/list", publicly(60_000)],
  ["server/discover", publicly(30_000)],
]);
const servers = {
  legacy: "raw-server.mjs",
  modern: "modern-server.mjs",
} as const;

let auth: FakeAuth;
let proxies: Record<keyof typeof servers, RunningProxy>;
const open = (era: keyof typeof servers) =>
  openProxy({
    command: [process.execPath, fixture(servers[era])],
    era,
    cache,
    access: auth.access,
    findKey: auth.findKey,
    front: { hosts: ["localhost:8080"], alone: false },
  });
beforeAll(async () => {
  auth = await FakeAuth.open();
  const [legacy, modern] = await Promise.all([open("legacy"), open("modern")]);
  proxies = { legacy, modern };
});
afterAll(async () => {
  await Promise.all([proxies.legacy.close(), proxies.modern.close()]);
  auth.close();
});

const resultOf = async (era: keyof typeof servers, method: string, claims = {}, params = {}) => {
  const client = new ModernClient(proxies[era].url, auth.headers("j", claims));
  return (await client.request(method, params)).json?.result;
};

describe("for how long, and by whom, a result may be kept", () => {
  test.each(["legacy", "modern"] as const)(
    "by no one else where its client sees fewer tools than others: a %s server",
    async (era) => {
      const result = await resultOf(era, "tools/list", { tools: ["echo"] });
      expect(result).toMatchObject({ tools: [{ name: "echo" }], cacheScope: "private" });
    },
  );

  test("for no time where it rests on what its client answered", async () => {
    expect(await resultOf("legacy", "tools/list", {}, { inputResponses: {} })).toMatchObject({ ttlMs: 0 });
    expect(await resultOf("legacy", "server/discover", {}, { inputResponses: {} })).toMatchObject({ ttlMs: 0 });
  });

  test("says the server first", async () =>
    expect(await resultOf("modern", "tools/list")).toMatchObject({ ttlMs: 1_000, cacheScope: "public" }));

  test.each([
    ["legacy", "tools/list", 60_000],
    ["legacy", "server/discover", 30_000],
    ["modern", "server/discover", 30_000],
  ] as const)("says the operator, where the %s server does not: %s", async (era, method, ttlMs) =>
    expect(await resultOf(era, method)).toMatchObject(publicly(ttlMs)),
  );
});
