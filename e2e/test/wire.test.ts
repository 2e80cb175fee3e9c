import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { messageOf, post, send } from "../src/http.ts";
import { obtainTokens } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1.0.0" } },
};

/** The Authorization header of a fresh token for a server. */
async function bearer(gateway: Gateway, server: string): Promise<{ authorization: string }> {
  const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl(server), new PlainBrowser());
  return { authorization: `Bearer ${tokens.access_token}` };
}

/** A token and a session of a server: the headers of every further request. */
async function openSession(gateway: Gateway, server: string) {
  const authorization = await bearer(gateway, server);
  const answer = await post(gateway.mcpUrl(server), initialize, authorization);
  expect(answer.status).toBe(200);
  const sessionId = `${answer.headers["mcp-session-id"]}`;
  return { ...authorization, "mcp-session-id": sessionId, "mcp-protocol-version": "2025-11-25" };
}

describeThroughBothEdges(
  () => ({
    declaration: declarationOf("headers", "faulty", "memory", "user-env"),
    env: { GATEWAY_JWT_SECRET: "canary-secret-of-at-least-thirty-two-bytes" },
  }),
  (test) => {
    test("asks for a token with the challenge that leads to it", async (gateway) => {
      const { host } = new URL(gateway.origin);
      const answer = await post(gateway.mcpUrl("memory"), initialize);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe(
        `Bearer realm="mcp", resource_metadata="http://${host}/.well-known/oauth-protected-resource/memory/mcp", scope="mcp"`,
      );
      expect(answer.headers["cache-control"]).toBe("no-store");
    });

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

    test("refuses the token of one server at another", async (gateway) => {
      const answer = await post(gateway.mcpUrl("faulty"), initialize, await bearer(gateway, "memory"));
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
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

    test("lets no identity of the client's own through, however it is spelt", async (gateway) => {
      const { authorization } = await bearer(gateway, "headers");
      const forged = ["X-User-Id", "x-user-name", "X_User_Id", "X-Auth-Token", "X_Auth_Token", "X-Gateway-Assertion"];
      const answer = await send(gateway.mcpUrl("headers"), {
        headers: [
          ...["Authorization", authorization, "Cookie", "canary=forged"],
          ...forged.flatMap((name) => [name, "forged"]),
        ],
      });
      expect(answer.status).toBe(200);
      const { rawHeaders } = messageOf(answer).result as { rawHeaders: string[] };
      expect(rawHeaders.join("\n")).not.toContain("forged");
      const arrived = Object.fromEntries(
        rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1]]] : [])),
      );
      expect(arrived).toMatchObject({ "x-user-name": "alice", "x-auth-token": authorization.replace("Bearer ", "") });
      expect(arrived).not.toHaveProperty("authorization");
      expect(arrived).not.toHaveProperty("cookie");
    });

    test("answers a preflight without a token", async (gateway) => {
      const answer = await send(gateway.mcpUrl("memory"), {
        method: "OPTIONS",
        headers: {
          origin: "http://localhost:6274",
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
        },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers["access-control-allow-origin"]).toBe("http://localhost:6274");
      expect(answer.headers["access-control-allow-headers"]?.toLowerCase()).toContain("authorization");
    });

    test("answers a missing protocolVersion with -32600 and what is missing", async (gateway) => {
      const message = { ...initialize, id: "first", params: { capabilities: {} } };
      const answer = await post(gateway.mcpUrl("memory"), message, await bearer(gateway, "memory"));
      expect(answer.status).toBe(400);
      expect(messageOf(answer)).toMatchObject({
        id: "first",
        error: { code: -32600, data: expect.stringContaining("Missing required parameter: protocolVersion") },
      });
    });

    test("answers a body that is not JSON with -32700", async (gateway) => {
      const answer = await post(gateway.mcpUrl("memory"), "{", await bearer(gateway, "memory"));
      expect(answer.status).toBe(400);
      expect(messageOf(answer)).toMatchObject({ error: { code: -32700 } });
    });

    test("answers 404 for a session it does not know", async (gateway) => {
      const headers = { ...(await bearer(gateway, "memory")), "mcp-session-id": "unknown" };
      const answer = await post(gateway.mcpUrl("memory"), { jsonrpc: "2.0", id: 1, method: "tools/list" }, headers);
      expect(answer.status).toBe(404);
    });

    test("answers 404 for a session of another person", async (gateway) => {
      const session = await openSession(gateway, "memory");
      const bob = await obtainTokens(gateway.origin, gateway.mcpUrl("memory"), new PlainBrowser({ username: "bob" }));
      const headers = { ...session, authorization: `Bearer ${bob.tokens.access_token}` };
      const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
      expect((await post(gateway.mcpUrl("memory"), list, headers)).status).toBe(404);
      expect((await post(gateway.mcpUrl("memory"), list, session)).status).toBe(200);
    });

    test("answers 500 with a JSON-RPC error when the server dies on a call, and goes on with another one", async (gateway) => {
      const session = await openSession(gateway, "faulty");
      const call = { jsonrpc: "2.0", id: "last", method: "tools/call", params: { name: "exit" } };
      const answer = await post(gateway.mcpUrl("faulty"), call, session);
      expect(answer.status).toBe(500);
      expect(messageOf(answer)).toMatchObject({
        id: "last",
        error: { code: -32603, data: { reason: "server_exited" } },
      });
      const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
      expect((await post(gateway.mcpUrl("faulty"), list, session)).status).toBe(200);
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

    test("gives a server none of the gateway's secrets", async (gateway) => {
      const session = await openSession(gateway, "faulty");
      const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "environment" } };
      const answer = await post(gateway.mcpUrl("faulty"), call, session);
      expect(answer.text).toContain("PATH");
      expect(answer.text).not.toContain("canary-secret");
      expect(answer.text).not.toMatch(/GATEWAY_JWT|GITHUB_|REDIS_|AUTH_JWKS/);
    });

    test("ends a session on DELETE", async (gateway) => {
      const session = await openSession(gateway, "memory");
      expect((await send(gateway.mcpUrl("memory"), { method: "DELETE", headers: session })).status).toBe(200);
      const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
      expect((await post(gateway.mcpUrl("memory"), list, session)).status).toBe(404);
    });
  },
);
