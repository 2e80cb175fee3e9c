import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createClient } from "@redis/client";
import { readRedisDurability, StoreUnavailable } from "../../src/index.ts";

const requestTimeoutMs = 20_000;

test("a Redis that is not there cannot be asked", async () => {
  await expect(readRedisDurability({ url: "redis://127.0.0.1:1" })).rejects.toBeInstanceOf(StoreUnavailable);
});

describeWithRedis("what a Redis says of what it keeps", () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const read = () => readRedisDurability({ url: server.url, requestTimeoutMs });

  async function forbid(...commands: readonly string[]): Promise<void> {
    const client = await createClient({ url: server.url }).connect();
    await client.sendCommand(["ACL", "SETUSER", "default", ...commands.map((command) => `-${command}`)]);
    await client.close();
  }

  async function restartWith(settings: Readonly<Record<string, string>>): Promise<void> {
    await server.kill();
    await server.run(settings);
  }

  test.each([
    ["always", "yes", "always"],
    ["every second", "yes", "everysec"],
    ["nothing at all", "no", "always"],
  ])("is in its configuration: %s", async (_what, appendonly, appendfsync) => {
    await restartWith({ appendonly, appendfsync });
    expect(await read()).toEqual({ appendonly, appendfsync });
  });

  test.each(["yes", "no"])("is half told where CONFIG is forbidden: appendonly %s", async (appendonly) => {
    await restartWith({ appendonly });
    await forbid("config");
    expect(await read()).toEqual({ appendonly });
  });

  test("is nothing where INFO is forbidden too", async () => {
    await forbid("config", "info");
    expect(await read()).toEqual({});
  });

  test("cannot be had of one that hangs", async () => {
    server.signal("SIGSTOP");
    await expect(readRedisDurability({ url: server.url, requestTimeoutMs: 200 })).rejects.toThrow(StoreUnavailable);
  });
});
