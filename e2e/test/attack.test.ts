import { readFileSync } from "node:fs";
import { describe, expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { processesOf } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";
import { arriving, attackTests, tokensOf } from "../src/suites/attack.ts";
import { initialize } from "../src/suites/wire.ts";

/** Where the proxy of a server listens, as any process of this machine could find out. */
function proxyPort(gateway: Gateway, server: string): string {
  for (const { pid } of processesOf(gateway.folder)) {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    if (!environment.includes(`SERVER_NAME=${server}`)) continue;
    const port = environment.find((line) => line.startsWith("PORT="));
    if (port !== undefined) return port.slice("PORT=".length);
  }
  throw new Error(`no proxy of ${server}`);
}

describe("security.md, public cases", () => {
  describeThroughBothEdges(
    () => ({ declaration: declarationOf("headers", "faulty") }),
    (test) => {
      attackTests(test);

      test("a neighbour on loopback gets past no edge into a proxy", async (gateway) => {
        const { access_token } = await tokensOf(gateway, "headers");
        const { "x-gateway-assertion": ofAnother = "" } = await arriving(gateway, {
          authorization: `Bearer ${access_token}`,
        });
        const proxy = `http://127.0.0.1:${proxyPort(gateway, "faulty")}/mcp`;
        const typedJwt = `${Buffer.from('{"typ":"JWT","alg":"RS256"}').toString("base64url")}.YWJj.AAAA`;
        const { host } = new URL(gateway.origin);
        const attempts: Record<string, string>[] = [
          {},
          { authorization: `Bearer ${access_token}` },
          { "x-user-id": "local-alice", "x-user-name": "alice", "x-auth-token": access_token },
          ...[ofAnother, access_token, typedJwt, "garbage"].map((text) => ({ "x-gateway-assertion": text })),
        ];
        for (const headers of attempts) {
          const answer = await post(proxy, initialize, { host, ...headers });
          expect(answer.status).toBe(401);
          expect(answer.headers["mcp-session-id"]).toBeUndefined();
        }
      });
    },
  );
});
