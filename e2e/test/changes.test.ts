import { describe, expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { say } from "../src/gateway.ts";
import { post, send } from "../src/http.ts";
import { obtainTokens } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { declarationOf, servers } from "../src/servers.ts";

const statusAt = async (url: string) => (await send(url).catch(() => ({ status: 0 }))).status;

describe("a changed gateway.json", () => {
  describeThroughBothEdges(
    () => ({ declaration: declarationOf("memory") }),
    (test) => {
      test("is taken up by a second up: the new server answers, a session of another goes on", async (gateway) => {
        const url = gateway.mcpUrl("memory");
        const { tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser());
        const authorization = `Bearer ${tokens.access_token}`;
        const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1" } };
        const begun = await post(url, { jsonrpc: "2.0", id: 1, method: "initialize", params }, { authorization });
        const session = { authorization, "mcp-session-id": `${begun.headers["mcp-session-id"]}` };

        await gateway.declare({ mcpServers: { ...declarationOf("memory").mcpServers, second: servers.faulty } });
        const { code, printed } = await say(gateway, ["up"]);
        expect([code, printed]).toEqual([0, expect.stringContaining("Started: second")]);

        const second = gateway.mcpUrl("second");
        await until(async () => ((await statusAt(second)) === 401 ? true : undefined), `${second} answering 401`);
        const list = await post(url, { jsonrpc: "2.0", id: 2, method: "tools/list" }, session);
        expect(list.status).toBe(200);
        const { tokens: own } = await obtainTokens(gateway.origin, second, new PlainBrowser());
        const first = { jsonrpc: "2.0", id: 1, method: "initialize", params };
        expect((await post(second, first, { authorization: `Bearer ${own.access_token}` })).status).toBe(200);
      });

      test("a server that is taken out is gone", async (gateway) => {
        await gateway.declare({ mcpServers: { third: servers.memory } });
        expect(await say(gateway, ["up"])).toMatchObject({
          code: 0,
          printed: expect.stringContaining("Started: third"),
        });
        const old = gateway.mcpUrl("memory");
        await until(async () => ((await statusAt(old)) === 404 ? true : undefined), `${old} answering 404`);
        const { printed } = await say(gateway, ["status"]);
        expect(printed).not.toContain("memory ");
      });
    },
  );
});
