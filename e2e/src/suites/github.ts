import { expect } from "@jest/globals";
import type { FakeGitHub } from "../fake-github.ts";
import { messageOf, post } from "../http.ts";
import { authorizationRequest, obtainTokens, register } from "../oauth.ts";
import { PlainBrowser } from "../person.ts";
import type { RunningGateway, TestOf } from "../running-gateway.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

/** What a gateway answers that declares headers, and whose headers server lets octocat in and not mallory. */
interface SignIn<G> {
  readonly github: (gateway: G) => FakeGitHub;
  /** Takes octocat off the server's list and puts hubot there; what was given out before stays. */
  readonly allowHubotAlone: (gateway: G) => Promise<void>;
}

/** Sign-in at GitHub. */
export function githubTests<G extends RunningGateway>(
  test: TestOf<G>,
  { github: githubOf, allowHubotAlone }: SignIn<G>,
): void {
  test("signs a person in with their GitHub account, which the server gets to know", async (gateway) => {
    githubOf(gateway).account = { id: 583231, login: "octocat" };
    const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), new PlainBrowser());
    const answer = await post(gateway.mcpUrl("headers"), list, { authorization: `Bearer ${tokens.access_token}` });
    const { rawHeaders } = messageOf(answer).result as { rawHeaders: string[] };
    expect(rawHeaders).toEqual(expect.arrayContaining(["583231", "octocat"]));
  });

  test("asks GitHub with a state and a PKCE challenge of its own, and for no access", async (gateway) => {
    const client = await register(gateway.origin);
    const request = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
    await new PlainBrowser().visit(request.url, client.redirectUri);
    const query = githubOf(gateway).authorizations.at(-1);
    expect(query?.get("state")).toMatch(/^[\w.~-]{22,}$/);
    expect(query?.get("state")).not.toBe(request.state);
    expect(query?.get("code_challenge_method")).toBe("S256");
    expect(query?.get("scope") ?? "").not.toMatch(/repo|write|admin/);
  });

  test("names the client on a page of its own before GitHub is asked, and takes no for an answer", async (gateway) => {
    const { authorizations } = githubOf(gateway);
    const before = authorizations.length;
    const client = await register(gateway.origin, "A client to be named");
    const { url } = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
    const { callback, pages } = await new PlainBrowser({ consents: false }).visit(url, client.redirectUri);
    expect(pages[0]?.html).toContain("A client to be named");
    expect(callback.searchParams.get("error")).toBe("access_denied");
    expect(authorizations.length).toBe(before);
  });

  test("gives no code to an account that is not allowed", async (gateway) => {
    githubOf(gateway).account = { id: 9, login: "mallory" };
    const client = await register(gateway.origin);
    const { url } = authorizationRequest(gateway.origin, client, gateway.mcpUrl("headers"));
    const { callback } = await new PlainBrowser().visit(url, client.redirectUri);
    expect(callback.searchParams.get("error")).toBe("access_denied");
    expect(callback.searchParams.get("iss")).toBe(gateway.origin);
    expect(callback.searchParams.has("code")).toBe(false);
  });

  test("answers 403 to a valid token once its owner is off the server's list", async (gateway) => {
    githubOf(gateway).account = { id: 583231, login: "octocat" };
    const { tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("headers"), new PlainBrowser());
    const authorization = `Bearer ${tokens.access_token}`;
    await allowHubotAlone(gateway);
    const answer = await post(gateway.mcpUrl("headers"), list, { authorization });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: "access_denied" });
    expect(answer.headers).not.toHaveProperty("www-authenticate");
  });
}
