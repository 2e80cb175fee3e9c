import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { expect, test } from "@jest/globals";
import { describeWithRedis } from "../src/describe-with-redis.ts";
import { RedisServer } from "../src/index.ts";

/** Says one command; gives the first line of the answer. */
async function say({ url }: RedisServer, command: string): Promise<string> {
  const socket = connect(new URL(url).pathname);
  socket.write(`${command}\r\n`);
  const [answer] = await once(socket, "data").finally(() => socket.destroy());
  return `${answer}`.split("\r\n")[0] ?? "";
}

describeWithRedis("a Redis of one's own", () => {
  test("says why it did not start", async () => {
    await using redis = await RedisServer.start();
    await redis.kill();
    await expect(redis.run({ port: "none" })).rejects.toThrow("redis-server ended");
  });

  test("asks for its password", async () => {
    await using redis = await RedisServer.start({ password: "right" });
    expect(await say(redis, "GET a")).toMatch(/^-NOAUTH/);
  });

  test("keeps what it acknowledged when it is killed", async () => {
    await using redis = await RedisServer.start();
    expect(await say(redis, "SET a kept")).toBe("+OK");
    await redis.kill();
    await redis.run();
    expect(await say(redis, "STRLEN a")).toBe(":4");
  });

  test("leaves no folder of its own behind", async () => {
    let folder = "";
    {
      await using redis = await RedisServer.start();
      folder = redis.folder;
      expect(existsSync(folder)).toBe(true);
    }
    expect(existsSync(folder)).toBe(false);
  });
});
