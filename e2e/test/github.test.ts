import { afterAll, beforeAll, expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { FakeGitHub } from "../src/fake-github.ts";
import { messageOf, post } from "../src/http.ts";
import { authorizationRequest, obtainTokens, register } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { servers } from "../src/servers.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const declarationFor = (...users: string[]) => ({
  mcpServers: { headers: { ...servers.headers, gateway: { allow: { users } } } },
});

let github: FakeGitHub;
beforeAll(async () => {
  github = await FakeGitHub.start();
});
afterAll(() => github[Symbol.asyncDispose]());

describeThroughBothEdges(
  () => ({ declaration: declarationFor("octocat"), env: { ...github.env, ALLOWED_GITHUB_USERS: "octocat,hubot" } }),
  (test) => {
    test("signs a person in with their GitHub account, which the server gets to know", async (gateway) => {
      github.account = { id: 583231, login: "octocat" };
      const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), new PlainBrowser());
      const answer = await post(gateway.mcpUrl("headers"), list, { authorization: `Bearer ${tokens.access_token}` });
      const { rawHeaders } = messageOf(answer).result as { rawHeaders: string[] };
      expect(rawHeaders).toEqual(expect.arrayContaining(["583231", "octocat"]));
    });

    test("asks GitHub with a state and a PKCE challenge of its own, and for no access", async (gateway) => {
      const client = await register(gateway.origin);
      const request = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
      await new PlainBrowser().visit(request.url, client.redirectUri);
      const query = github.authorizations.at(-1);
      expect(query?.get("state")).toMatch(/^[\w.~-]{22,}$/);
      expect(query?.get("state")).not.toBe(request.state);
      expect(query?.get("code_challenge_method")).toBe("S256");
      expect(query?.get("scope") ?? "").not.toMatch(/repo|write|admin/);
    });

    test("names the client on a page of its own before GitHub is asked, and takes no for an answer", async (gateway) => {
      const before = github.authorizations.length;
      const client = await register(gateway.origin, "A client to be named");
      const { url } = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
      const { callback, pages } = await new PlainBrowser({ consents: false }).visit(url, client.redirectUri);
      expect(pages[0]?.html).toContain("A client to be named");
      expect(callback.searchParams.get("error")).toBe("access_denied");
      expect(github.authorizations.length).toBe(before);
    });

    test("gives no code to an account that is not allowed", async (gateway) => {
      github.account = { id: 9, login: "mallory" };
      const client = await register(gateway.origin);
      const { url } = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
      const { callback } = await new PlainBrowser().visit(url, client.redirectUri);
      expect(callback.searchParams.get("error")).toBe("access_denied");
      expect(callback.searchParams.get("iss")).toBe(gateway.origin);
      expect(callback.searchParams.has("code")).toBe(false);
    });

    test("answers 403 to a valid token once its owner is off the server's list", async (gateway) => {
      github.account = { id: 583231, login: "octocat" };
      const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), new PlainBrowser());
      const authorization = `Bearer ${tokens.access_token}`;
      await gateway.end();
      await gateway.declare(declarationFor("hubot"));
      await gateway.up();
      const answer = await post(gateway.mcpUrl("headers"), list, { authorization });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ error: "access_denied" });
      expect(answer.headers).not.toHaveProperty("www-authenticate");
    });
  },
);
