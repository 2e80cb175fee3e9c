import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LeakedCredential } from "@gateway/canary";
import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { Gateway } from "../src/gateway.ts";
import { messageOf, post, send } from "../src/http.ts";
import { authorizationRequest, exchange, refresh, register } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";
import { seen } from "../src/wiretap.ts";

const argument = "canary-argument-of-a-tool";

/** The log of a process below `up`. */
const logOf = ({ folder }: Gateway, name: string) => readFile(join(folder, "data", "logs", `${name}.log`), "utf8");

/** A native server that writes what it is given to its standard error, which is its log. */
const talkative = (words: string) => ({
  command: process.execPath,
  args: ["-e", "console.error(process.argv[1]); setInterval(() => {}, 1_000)", words],
  url: "http://127.0.0.1:9/mcp",
});

testWith("/proc")("a credential in a log fails the suite whose gateway wrote it, by the log's name", async () => {
  const planted = "canary-planted-in-a-log";
  const declaration = { mcpServers: { talkative: talkative(planted) } };
  await using gateway = await Gateway.start({ edge: "the edge", declaration });
  await send(gateway.mcpUrl("talkative"), { headers: { authorization: `Bearer ${planted}` } });
  await until(async () => ((await logOf(gateway, "talkative")).includes(planted) ? true : undefined), "its words");
  const ended = gateway[Symbol.asyncDispose]();
  await expect(ended).rejects.toThrow(LeakedCredential);
  await expect(ended).rejects.toThrow(/talkative\.log: authorization: /);
  await expect(ended).rejects.not.toThrow(planted);
});

// security.md 28, decision 46.
describeThroughBothEdges(
  () => ({
    declaration: declarationOf("faulty", "memory"),
    env: { GATEWAY_JWT_SECRET: "canary-secret-of-at-least-thirty-two-bytes" },
  }),
  (test) => {
    test("no log holds a token, code, state, verifier, cookie, secret, session id or tool argument", async (gateway) => {
      const resource = gateway.mcpUrl("faulty");
      const browser = new PlainBrowser();
      const client = await register(gateway.origin);
      const request = authorizationRequest(gateway.origin, client, resource);
      const { callback } = await browser.visit(request.url, client.redirectUri);
      const first = await exchange(gateway.origin, client, request, callback);
      const second = await refresh(gateway.origin, client, first.refresh_token);
      const authorization = `Bearer ${second.access_token}`;

      const clientInfo = { name: "e2e", version: "1.0.0" };
      const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
      const opened = await post(resource, { jsonrpc: "2.0", id: 1, method: "initialize", params }, { authorization });
      const sessionId = `${opened.headers["mcp-session-id"]}`;
      const session = { authorization, "mcp-session-id": sessionId };
      const call = (name: string) => ({
        jsonrpc: "2.0",
        id: 2,
        method: "tools/call",
        params: { name, arguments: { secret: argument } },
      });
      expect(messageOf(await post(resource, call("pid"), session))).toHaveProperty("result");

      // What goes wrong is logged most: each refusal, and a server that dies.
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const postForm = (path: string, fields: Record<string, string>) =>
        send(`${gateway.origin}${path}`, { method: "POST", headers: form, body: `${new URLSearchParams(fields)}` });
      const code = callback.searchParams.get("code") ?? "";
      const client_id = client.clientId;
      const wrong = [
        send(`${resource}?access_token=${second.access_token}`),
        send(gateway.mcpUrl("memory"), { headers: { authorization } }),
        send(resource, { headers: { authorization: `${authorization}x` } }),
        send(resource, { headers: ["Authorization", authorization, "Authorization", authorization] }),
        send(`${gateway.origin}/callback?code=${code}&state=${request.state}`),
        send(`${gateway.origin}/login?request=${code}`, { headers: { cookie: `gateway-session=${code}` } }),
        postForm("/login", { csrf: code, username: "mallory" }),
        post(resource, `{"jsonrpc":"2.0","id":1,"method":"${argument}`, session),
        post(resource, call("exit"), session),
        postForm("/token", { grant_type: "refresh_token", refresh_token: second.refresh_token, client_id: "nobody" }),
      ];
      for (const { status, text } of await Promise.all(wrong)) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(seen.find(text).filter(({ kind }) => kind !== "csrf")).toEqual([]); // of its own form
      }
      await postForm("/revoke", { token: second.access_token, client_id });
      const replay = { grant_type: "authorization_code", code, client_id, code_verifier: request.verifier };
      expect((await postForm("/token", replay)).status).toBe(400);

      // The last event of all, once it has come through the supervisor's pipe.
      const last = '"event":"authorization code replayed, grant revoked"';
      await until(async () => ((await logOf(gateway, "auth")).includes(last) ? true : undefined), "the last log line");
      for (const secret of [second.access_token, second.refresh_token, code, request.verifier, sessionId]) {
        expect(seen.find(secret)).not.toEqual([]); // the wiretap missed none of them
      }
      seen.add("a tool's argument", argument);
      await gateway.requireNoCredentials();
    });
  },
);
