import { afterAll, beforeAll, expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { FakeGitHub } from "../src/fake-github.ts";
import { messageOf, post, send } from "../src/http.ts";
import { authorizationRequest, obtainTokens, register } from "../src/oauth.ts";
import { OpenIdProvider } from "../src/openid-provider.ts";
import { PlainBrowser } from "../src/person.ts";
import { processesOf } from "../src/processes.ts";
import { servers } from "../src/servers.ts";
import { written } from "../src/written.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const declaration = {
  mcpServers: {
    faulty: servers.faulty,
    headers: { ...servers.headers, gateway: { allow: { users: ["octocat", "oidc:jane@example.com"] } } },
  },
};
const serviceToken = "ghp_canary-service-token";

let provider: OpenIdProvider;
let github: FakeGitHub;
beforeAll(async () => {
  github = await FakeGitHub.start();
  provider = await OpenIdProvider.start({
    jane: { preferred_username: "Jane, Doe", email: "Jane@example.com", email_verified: true },
    mallory: { preferred_username: "octocat", email: "jane@example.com", email_verified: false },
  });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
});

/** Someone who signs in at the provider as this. */
const personOf = (login: string) => new PlainBrowser({ answers: { login, password: "any" } });

describeThroughBothEdges(
  () => ({
    declaration,
    env: { ...provider.env, ALLOWED_OIDC_USERS: "jane@example.com", GITHUB_PAT: serviceToken, LOG_LEVEL: "debug" },
  }),
  (test) => {
    test("signs a person in at a real OpenID provider, whom the server gets to know", async (gateway) => {
      const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), personOf("jane"));
      const answer = await post(gateway.mcpUrl("headers"), list, { authorization: `Bearer ${tokens.access_token}` });
      const { rawHeaders } = messageOf(answer).result as { rawHeaders: string[] };
      const headerOf = (name: string) => rawHeaders[rawHeaders.findIndex((each) => each.toLowerCase() === name) + 1];
      expect(headerOf("x-user-id")).toMatch(/^oidc-[\w-]{43}$/);
      expect(headerOf("x-user-name")).toBe("Jane%2C Doe");
    });

    test("gives no code to an account whose address is not verified, whatever it is called", async (gateway) => {
      const client = await register(gateway.origin);
      const { url } = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
      const { callback } = await personOf("mallory").visit(url, client.redirectUri);
      expect(callback.searchParams.get("error")).toBe("access_denied");
      expect(callback.searchParams.get("iss")).toBe(gateway.origin);
    });

    test("keeps our secret there and GitHub's service token in auth, and out of every log", async (gateway) => {
      await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), personOf("jane"));
      await gateway.untilReady("faulty");
      for (const secret of [serviceToken, `${provider.env.OIDC_CLIENT_SECRET}`]) {
        const holders = processesOf(secret).map(({ command }) => /services\/\w+/.exec(command)?.[0] ?? command);
        expect(holders.sort()).toEqual(["services/auth", "services/supervisor"]);
        expect(written(gateway)).not.toContain(secret);
      }
    });

    test("offers GitHub beside it once both are configured, and starts while the provider is away", async (gateway) => {
      await gateway.end();
      Object.assign(gateway.env, github.env, { ALLOWED_GITHUB_USERS: "octocat", OIDC_ISSUER: "http://127.0.0.1:9" });
      await gateway.up();
      const { text } = await send(`${gateway.origin}/login`);
      expect(text).toMatch(/Continue with GitHub.*Continue with 127\.0\.0\.1:9/s);
      const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), new PlainBrowser());
      expect(tokens.token_type).toBe("Bearer");
    });
  },
);
