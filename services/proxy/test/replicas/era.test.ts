import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import type { EraVerdictRecord, Store } from "@gateway/store";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { buildOf } from "../../src/era/build.ts";
import { definitionHash } from "../../src/era/verdict.ts";
import { TestClient } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { stateSecrets } from "../fixtures/pair.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";
import { openStore } from "../fixtures/redis.ts";

const command: [string, ...string[]] = [process.execPath, fixture("modern-server.mjs")];
const probed = /wires that the MCP server speaks/g;

let redis: RedisServer;
let opened: (RunningProxy | Store)[];
beforeEach(async () => {
  redis = await RedisServer.start();
  opened = [];
});
afterEach(async () => {
  for (const each of opened.reverse()) await each.close();
  await redis[Symbol.asyncDispose]();
});

/** What the store says of the server before, in error. */
const server = { command, cwd: undefined, env: {} };
const wrong = { legacy: true, modern: false, definition: definitionHash(server, buildOf(server)) };

async function open(
  name: string,
  { kept, redisThen }: { kept?: EraVerdictRecord; redisThen?: "hangs" } = {},
): Promise<RunningProxy> {
  const store = await openStore(redis, redisThen);
  opened.push(store);
  if (kept !== undefined) await store.eraVerdicts.keep(kept, Date.now() / 1_000 + 60);
  const proxy = await openProxy({ command, era: "auto", stateSecrets, replica: { name, store } });
  opened.push(proxy);
  return proxy;
}

const discover = ({ url }: RunningProxy) => new ModernClient(url).request("server/discover");

describeWithRedis("what one replica has found out of what their server speaks", () => {
  test("another one takes over, also one that was there before", async () => {
    const [one, other] = [await open("one"), await open("other")];
    await discover(one);
    expect(one.logged().match(probed)).toHaveLength(1);
    expect((await discover(other)).status).toBe(200);
    expect(other.logged()).not.toMatch(probed);
    expect(await (await TestClient.open((await open("third")).url)).tool("echo", { value: "x" })).toBe("x");
    expect(
      opened
        .map((each) => ("logged" in each ? each.logged() : ""))
        .join("")
        .match(probed),
    ).toHaveLength(1);
  }, 60_000);

  test("is found out anew where it is a day old", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const proxy = await open("one", { kept: { ...wrong, probedAt: now - 86_400 } });
    expect((await discover(proxy)).status).toBe(200);
    expect(proxy.logged()).toMatch(probed);
  }, 60_000);

  test("is not believed again once a process has contradicted it", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const proxy = await open("one", { kept: { ...wrong, probedAt: now - 3_600 } });
    expect((await discover(proxy)).status).toBe(503);
    expect((await discover(proxy)).status).toBe(200);
    expect((await discover(await open("other"))).status).toBe(200);
  }, 60_000);

  test("is asked for by each itself while the store is away", async () => {
    const proxy = await open("one", { redisThen: "hangs" });
    redis.signal("SIGSTOP");
    try {
      expect((await discover(proxy)).status).toBe(200);
    } finally {
      redis.signal("SIGCONT");
    }
    expect(proxy.logged()).toMatch(probed);
  }, 60_000);
});
