import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { post, send } from "../src/http.ts";
import { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";
import { misdirected } from "../src/shapes/misdirected.ts";
import { beginAs } from "../src/shapes/shaped-client.ts";
import { shapes } from "../src/shapes/shapes.ts";
import { initialize } from "../src/suites/wire.ts";

const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };

describeThroughBothEdges(
  // The scopes of another server are in the metadata too, and some clients ask for all that they find there.
  () => ({ declaration: { ...declarationOf("memory", "scoped"), gateway: { cimd: { loopback: true } } } }),
  (test) => {
    for (const { shape, message } of misdirected) {
      test(`${shape.client} ${shape.does}: its person reads whose fault it is, and nothing is sent there`, async (gateway) => {
        await using client = await beginAs(shape, gateway, "memory");
        const answer = await fetch(client.authorizationUrl, { redirect: "manual" });
        expect(answer.status).toBe(400);
        expect(answer.headers.has("location")).toBe(false);
        expect(await answer.text()).toContain(message);
      });
    }

    for (const shape of shapes) {
      test(`${shape.client} ${shape.does}`, async (gateway) => {
        await using client = await beginAs(shape, gateway, "memory");
        // Whoever names no server is offered a choice.
        const person = new PlainBrowser({ answers: { resource: gateway.mcpUrl("memory") } });
        const { callback } = await person.visit(client.authorizationUrl, shape.redirectUri);
        expect(Object.fromEntries(callback.searchParams)).toMatchObject({
          state: client.state,
          iss: client.endpoints.issuer,
        });
        const tokens = await client.exchange(callback);
        const url = client.discovered.mcpUrl.href;
        const first = await post(url, initialize, { authorization: `Bearer ${tokens.access_token}` });
        expect(first.status).toBe(200);
        const mayRefresh = shape.metadata.grant_types?.includes("refresh_token") ?? shape.isDocument ?? false;
        expect(tokens.refresh_token !== undefined).toBe(mayRefresh);
        const latest = mayRefresh ? await client.refresh(tokens) : tokens;
        expect(latest.scope).toBe(tokens.scope);
        const headers = {
          authorization: `Bearer ${latest.access_token}`,
          "mcp-session-id": `${first.headers["mcp-session-id"]}`,
        };
        expect((await post(url, list, headers)).status).toBe(200);
        // They are all one person's, who may have so many sessions.
        expect((await send(url, { method: "DELETE", headers })).status).toBe(200);
      });
    }
  },
);
