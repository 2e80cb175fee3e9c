import { expect } from "@jest/globals";
import { messageOf, post, send } from "../http.ts";
import { obtainTokens } from "../oauth.ts";
import type { RunningGateway, TestOf } from "../running-gateway.ts";

export const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1.0.0" } },
};

/** The Authorization header of a fresh token for a server. */
export async function bearer(gateway: RunningGateway, server: string): Promise<{ authorization: string }> {
  const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl(server), gateway.browser());
  return { authorization: `Bearer ${tokens.access_token}` };
}

/** A token and a session of a server: the headers of every further request. */
export async function openSession(gateway: RunningGateway, server: string) {
  const authorization = await bearer(gateway, server);
  const answer = await post(gateway.mcpUrl(server), initialize, authorization);
  expect(answer.status).toBe(200);
  const sessionId = `${answer.headers["mcp-session-id"]}`;
  return { ...authorization, "mcp-session-id": sessionId, "mcp-protocol-version": "2025-11-25" };
}

/** The status with which a client is received. The session that it begins is ended: a user has so many at one time. */
export async function statusOfClient(url: string, headers: Record<string, string>): Promise<number> {
  const answer = await post(url, initialize, headers);
  const session = { ...headers, "mcp-session-id": `${answer.headers["mcp-session-id"]}` };
  if (answer.status === 200) await send(url, { method: "DELETE", headers: session });
  return answer.status;
}

/** What a gateway that declares headers, faulty and memory answers, whatever stands before it. */
export function wireTests(test: TestOf): void {
  test("asks for a token with the challenge that leads to it", async (gateway) => {
    const { origin, pathname } = new URL(gateway.mcpUrl("memory"));
    const answer = await post(gateway.mcpUrl("memory"), initialize);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(
      `Bearer realm="mcp", resource_metadata="${origin}/.well-known/oauth-protected-resource${pathname}", scope="mcp"`,
    );
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  test("refuses the token of one server at another", async (gateway) => {
    const answer = await post(gateway.mcpUrl("faulty"), initialize, await bearer(gateway, "memory"));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
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

  test("knows a server by each of its hosts, and no other server by it", async (gateway) => {
    const further = gateway.hostUrl("mem");
    const { headers } = await post(further, initialize);
    const [, document = ""] = /resource_metadata="([^"]+)"/.exec(headers["www-authenticate"] ?? "") ?? [];
    expect(document).toBe(`${new URL(further).origin}/.well-known/oauth-protected-resource/mcp`);
    expect(JSON.parse((await send(document)).text)).toMatchObject({
      resource: further,
      authorization_servers: [gateway.origin],
    });
    const { tokens } = await obtainTokens(gateway.origin, further, gateway.browser());
    const authorization = `Bearer ${tokens.access_token}`;
    for (const url of [further, gateway.mcpUrl("memory")])
      expect((await post(url, initialize, { authorization })).status).toBe(200);
    expect((await post(further, initialize, await bearer(gateway, "memory"))).status).toBe(200);
    expect((await post(gateway.mcpUrl("faulty"), initialize, { authorization })).status).toBe(401);
    expect((await post(further, initialize, await bearer(gateway, "faulty"))).status).toBe(401);
    const preflight = { origin: "http://localhost:6274", "access-control-request-method": "POST" };
    expect((await send(further, { method: "OPTIONS", headers: preflight })).status).toBe(204);
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
    const bob = await obtainTokens(gateway.origin, gateway.mcpUrl("memory"), gateway.browser({ username: "bob" }));
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
}
