import { RedisServer } from "@gateway/redis-server";
import { expect } from "@jest/globals";
import { freePort } from "../src/free-port.ts";
import { Gateway } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { obtainTokens, refresh } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

testWith("/proc", "redis-server")(
  "with Redis gone requests are refused with 503, and go on when it is back",
  async () => {
    await using redis = await RedisServer.start({ port: await freePort(), password: "e2e" });
    const env = {
      REDIS_URL: redis.url,
      REDIS_PASSWORD: "e2e",
      GATEWAY_JWT_SECRET: "a-secret-of-at-least-thirty-two-bytes",
      REVOCATION_GRACE: "1",
    };
    await using gateway = await Gateway.start({ edge: "the edge", declaration: declarationOf("headers"), env });
    const url = gateway.mcpUrl("headers");
    const { client, tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser());
    const ask = () => post(url, list, { authorization: `Bearer ${tokens.access_token}` });
    expect((await ask()).status).toBe(200);

    await redis.kill();
    const refused = await until(async () => {
      const answer = await ask();
      return answer.status === 200 ? undefined : answer;
    }, "a refusal");
    expect(refused.status).toBe(503);
    expect(refused.headers["retry-after"]).toBeDefined();

    await redis.run();
    await until(async () => ((await ask()).status === 200 ? true : undefined), "an answer");
    // A remembered token counts as soon as the feed is back; what writes may have to connect first, and is 503 until then.
    const renewed = await until(
      () => refresh(gateway.origin, client, tokens.refresh_token).catch(() => undefined),
      "new tokens",
    );
    expect(renewed.token_type).toBe("Bearer");
  },
);
