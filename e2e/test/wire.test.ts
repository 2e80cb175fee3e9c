import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { messageOf, post, send } from "../src/http.ts";
import { obtainTokens } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";
import { bearer, initialize, openSession, wireTests } from "../src/suites/wire.ts";

describeThroughBothEdges(
  () => ({
    declaration: declarationOf("headers", "faulty", "memory", "user-env", "own-memory"),
    env: { GATEWAY_JWT_SECRET: "canary-secret-of-at-least-thirty-two-bytes" },
  }),
  (test) => {
    wireTests(test);

    test("leads nobody to a server's metrics or sessions", async (gateway) => {
      const { port } = new URL(gateway.origin);
      const session = await openSession(gateway, "memory");
      for (const path of ["metrics", "sessions"]) {
        for (const at of [`localhost:${port}/`, `localhost:${port}/memory/`, `memory.localhost:${port}/`]) {
          expect((await send(`http://${at}${path}`, { headers: session })).status).toBe(404);
        }
        expect((await send(`${gateway.mcpUrl("memory")}/${path}`, { headers: session })).status).toBe(404);
      }
    });

    test("names server and issuer alike under the path and under the server's own host name", async (gateway) => {
      const { port } = new URL(gateway.origin);
      const byPath = await send(`${gateway.origin}/.well-known/oauth-protected-resource/memory/mcp`);
      const byHost = await send(`http://memory.localhost:${port}/.well-known/oauth-protected-resource/mcp`);
      expect(JSON.parse(byPath.text)).toMatchObject({
        resource: gateway.mcpUrl("memory"),
        authorization_servers: [gateway.origin],
      });
      expect(JSON.parse(byHost.text)).toMatchObject({
        resource: `http://memory.localhost:${port}/mcp`,
        authorization_servers: [gateway.origin],
      });
    });

    test("accepts a token under either name of its server", async (gateway) => {
      const { port } = new URL(gateway.origin);
      const answer = await post(`http://memory.localhost:${port}/mcp`, initialize, await bearer(gateway, "memory"));
      expect(answer.status).toBe(200);
      expect(messageOf(answer)).toMatchObject({ id: 1, result: { protocolVersion: "2025-11-25" } });
    });

    test("answers 404 for a server that is not declared", async (gateway) => {
      const { port } = new URL(gateway.origin);
      expect((await post(gateway.mcpUrl("absent"), initialize)).status).toBe(404);
      expect((await post(`http://absent.localhost:${port}/mcp`, initialize)).status).toBe(404);
    });

    test("does not serve what is internal", async (gateway) => {
      const { port } = new URL(gateway.origin);
      const internal = [
        `${gateway.origin}/verify`,
        `${gateway.origin}/revocations`,
        `http://memory.localhost:${port}/revocations`,
        `http://memory.localhost:${port}/health`,
        `${gateway.origin}/memory/health`,
      ];
      for (const url of internal) expect((await send(url)).status).toBe(404);
    });

    test("describes its endpoints to people and programs, on the issuer's host alone", async (gateway) => {
      const { port } = new URL(gateway.origin);
      const metadata = await send(`${gateway.origin}/.well-known/oauth-authorization-server`);
      const { service_documentation: page } = JSON.parse(metadata.text);
      expect((await send(page)).text).toContain("/device_authorization");
      const { openapi, servers } = JSON.parse((await send(`${gateway.origin}/openapi.json`)).text);
      expect([openapi, servers]).toEqual([expect.stringMatching(/^3\.1/), [{ url: gateway.origin }]]);
      for (const path of ["docs", "openapi.json"]) {
        expect((await send(`http://memory.localhost:${port}/${path}`)).status).toBe(404);
        expect((await send(`${gateway.origin}/memory/${path}`)).status).toBe(404);
      }
    });

    test("tells a server's processes whose session they are for, where it is to know", async (gateway) => {
      const url = gateway.mcpUrl("user-env");
      const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "environment" } };
      for (const username of ["alice", "bob"]) {
        const { tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser({ username }));
        const authorization = { authorization: `Bearer ${tokens.access_token}` };
        const { headers } = await post(url, initialize, authorization);
        const session = { ...authorization, "mcp-session-id": `${headers["mcp-session-id"]}` };
        const { text } = await post(url, call, session);
        expect(text).toContain(`local-${username}`);
        expect(text).not.toContain(username === "alice" ? "bob" : "alice");
      }
    });

    test("keeps each user's memory in a file of its own, where gateway.json says so", async (gateway) => {
      const url = gateway.mcpUrl("own-memory");
      const signIn = async (username: string) => {
        const { tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser({ username }));
        return { authorization: `Bearer ${tokens.access_token}` };
      };
      const call = async (authorization: Record<string, string>, name: string, given: object) => {
        const { headers } = await post(url, initialize, authorization);
        const session = { ...authorization, "mcp-session-id": `${headers["mcp-session-id"]}` };
        const params = { name, arguments: given };
        return (await post(url, { jsonrpc: "2.0", id: 2, method: "tools/call", params }, session)).text;
      };
      const [alice, bob] = [await signIn("alice"), await signIn("bob")];
      const fact = (name: string) => ({ entities: [{ name, entityType: "fact", observations: [] }] });
      await Promise.all([
        call(alice, "create_entities", fact("of alice")),
        call(bob, "create_entities", fact("of bob")),
      ]);
      const [seenByAlice, seenByBob] = [await call(alice, "read_graph", {}), await call(bob, "read_graph", {})];
      expect(seenByAlice).toContain("of alice");
      expect(seenByBob).toContain("of bob");
      expect([seenByAlice.includes("of bob"), seenByBob.includes("of alice")]).toEqual([false, false]);
    });
  },
);
