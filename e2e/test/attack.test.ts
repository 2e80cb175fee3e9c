import { readFileSync } from "node:fs";
import { describe, expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { forgedTokens } from "../src/forged-tokens.ts";
import type { Gateway } from "../src/gateway.ts";
import { post, send } from "../src/http.ts";
import { obtainTokens, type Tokens } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { processesOf } from "../src/processes.ts";
import { sendRaw } from "../src/raw.ts";
import { declarationOf } from "../src/servers.ts";

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1.0.0" } },
};

async function tokensOf(gateway: Gateway, server: string): Promise<Tokens> {
  return (await obtainTokens(gateway.origin, gateway.mcpUrl(server), new PlainBrowser())).tokens;
}

/** The headers that reach the server which answers with them. */
async function arriving(gateway: Gateway, headers: Record<string, string>): Promise<Record<string, string>> {
  const { text } = await send(gateway.mcpUrl("headers"), { headers });
  const { rawHeaders } = JSON.parse(text).result as { rawHeaders: string[] };
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ""]] : [],
  );
  return Object.fromEntries(pairs);
}

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
      test("a forged token is an invalid token", async (gateway) => {
        const { access_token, refresh_token } = await tokensOf(gateway, "headers");
        const { keys } = JSON.parse((await send(`${gateway.origin}/jwks`)).text);
        const { "x-gateway-assertion": assertion } = await arriving(gateway, {
          authorization: `Bearer ${access_token}`,
        });
        const attempts = [
          ...forgedTokens(access_token, keys[0]),
          ["a refresh token", refresh_token],
          ["the gateway's assertion to the server", assertion],
        ];
        for (const [what, text] of attempts) {
          const answer = await send(gateway.mcpUrl("headers"), { headers: { authorization: `Bearer ${text}` } });
          expect([what, answer.status]).toEqual([what, 401]);
          expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
        }
        expect((await send(gateway.mcpUrl("headers"), bearing(access_token))).status).toBe(200);
      });

      test("a token is read from the Authorization header alone", async (gateway) => {
        const { access_token } = await tokensOf(gateway, "headers");
        const url = gateway.mcpUrl("headers");
        const form = { "content-type": "application/x-www-form-urlencoded" };
        const answers = await Promise.all([
          send(`${url}?access_token=${access_token}`),
          send(url, { headers: { cookie: `access_token=${access_token}` } }),
          send(url, { headers: { "x-auth-token": access_token, "proxy-authorization": `Bearer ${access_token}` } }),
          send(url, { method: "POST", headers: form, body: `access_token=${access_token}` }),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      });

      test("no request hides a second one from /verify", async (gateway) => {
        const { access_token } = await tokensOf(gateway, "headers");
        const { host } = new URL(gateway.origin);
        const hidden = `GET /headers/mcp HTTP/1.1\r\nHost: ${host}\r\nX-Smuggled: yes\r\n\r\n`;
        const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
        const bodies = [
          `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
          `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
          `Transfer-Encoding: xchunked\r\n\r\n${chunk}`,
          `Transfer-Encoding : chunked\r\n\r\n${chunk}`,
          `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
          `Content-Length: +${hidden.length}\r\n\r\n${hidden}`,
          `Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
          `Connection: content-length\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
          `Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n${hidden}`,
          `Transfer-Encoding: chunked\r\n\r\n${chunk}`,
        ];
        for (const method of ["GET", "HEAD", "POST", "DELETE"]) {
          const head = `${method} /headers/mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${access_token}\r\n`;
          const answers = await Promise.all(bodies.map((body) => sendRaw(gateway.origin, head + body)));
          for (const answer of answers) expect(answer).not.toMatch(/x-smuggled/i);
        }
        expect((await send(gateway.mcpUrl("headers"), bearing(access_token))).status).toBe(200);
      });

      test("Connection cannot name the identity away, and a name that every object has is a name", async (gateway) => {
        const { access_token } = await tokensOf(gateway, "headers");
        const connection = "close, x-user-id, x-gateway-assertion, authorization, host, x-forwarded-for";
        const answer = await send(gateway.mcpUrl("headers"), {
          headers: { authorization: `Bearer ${access_token}`, connection, "x-user-id": "1" },
        });
        // The edge takes no notice; Traefik drops Authorization before it asks.
        if (answer.status === 200) expect(answer.text).toMatch(/"x-user-id","local-alice"/i);
        else expect(answer.status).toBe(401);
        const headers = { authorization: `Bearer ${access_token}`, constructor: "x" };
        expect(await arriving(gateway, headers)).toMatchObject({ constructor: "x" });
      });

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

function bearing(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}
