import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { freePort } from "../src/free-port.ts";
import { Gateway } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { obtainTokens, refresh } from "../src/oauth.ts";
import { pathOf } from "../src/parts.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

/** A Redis that keeps what it acknowledged, as the stack runs it. */
async function startRedis(port: number, folder: string): Promise<ChildProcess> {
  const settings = { port, dir: folder, requirepass: "e2e", appendonly: "yes", appendfsync: "always", save: "" };
  const args = Object.entries({ bind: "127.0.0.1", ...settings }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const redis = spawn(pathOf("redis-server"), args, { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of redis.stdout.iterator({ destroyOnReturn: false })) {
    if (`${line}`.includes("Ready to accept connections")) break;
  }
  redis.stdout.resume();
  return redis;
}

async function kill(redis: ChildProcess): Promise<void> {
  redis.kill("SIGKILL");
  await once(redis, "close");
}

testWith("/proc", "redis-server")(
  "with Redis gone requests are refused with 503, and go on when it is back",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-redis-"));
    const port = await freePort();
    let redis = await startRedis(port, folder);
    try {
      const env = {
        REDIS_URL: `redis://127.0.0.1:${port}`,
        REDIS_PASSWORD: "e2e",
        GATEWAY_JWT_SECRET: "a-secret-of-at-least-thirty-two-bytes",
        REVOCATION_GRACE: "1",
      };
      await using gateway = await Gateway.start({ edge: "the edge", declaration: declarationOf("headers"), env });
      const url = gateway.mcpUrl("headers");
      const { client, tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser());
      const ask = () => post(url, list, { authorization: `Bearer ${tokens.access_token}` });
      expect((await ask()).status).toBe(200);

      await kill(redis);
      const refused = await until(async () => {
        const answer = await ask();
        return answer.status === 200 ? undefined : answer;
      }, "a refusal");
      expect(refused.status).toBe(503);
      expect(refused.headers["retry-after"]).toBeDefined();

      redis = await startRedis(port, folder);
      await until(async () => ((await ask()).status === 200 ? true : undefined), "an answer");
      // A remembered token counts as soon as the feed is back; what writes may have to connect first, and is 503 until then.
      const renewed = await until(
        () => refresh(gateway.origin, client, tokens.refresh_token).catch(() => undefined),
        "new tokens",
      );
      expect(renewed.token_type).toBe("Bearer");
    } finally {
      await kill(redis);
      await rm(folder, { recursive: true, force: true });
    }
  },
);
