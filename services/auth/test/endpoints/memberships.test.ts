import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type FakeGitHub, startFakeGitHub } from "../fixtures/fake-github.ts";
import { type Browser, openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import {
  authorizationQuery,
  exchangeForm,
  follow,
  pathOf,
  pressConsent,
  pressLogin,
  register,
} from "../fixtures/person.ts";

describe("a server for an organization and a team (decision 22)", () => {
  let github: FakeGitHub;
  let gateway: TestGateway;
  let browser: Browser;
  const server = {
    name: "mcp-time",
    title: "mcp-time",
    identifiers: [timeUrl] as [string],
    allowUsers: ["hubot"],
    allowOrgs: ["Acme"],
    allowTeams: ["umbrella/tools"],
  };
  const ofAcme = "/user/memberships/orgs/acme";
  const ofTools = "/orgs/umbrella/teams/tools/memberships/octocat";

  beforeEach(async () => {
    github = await startFakeGitHub("Iv1.test", "github-secret");
    const app = { clientId: "Iv1.test", clientSecret: "github-secret", baseUrl: github.url, apiUrl: github.url };
    const change = { github: { ...app, allowedUsers: ["*"] }, localLogin: undefined };
    gateway = await openTestGateway(change as never, { servers: [server] });
    browser = gateway.browser();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });

  /** Registers a client and signs in at GitHub; gives the client's id and where that led. */
  async function signIn() {
    const { client_id } = await register(browser);
    const { text } = await follow(browser, authorizationQuery(client_id));
    const begun = await pressLogin(browser, text, { action: "github" }).expect(303);
    const back = await browser.get(pathOf(github.approve(begun.headers.location as string)));
    return { client_id, begun: new URL(begun.headers.location as string), back };
  }

  /** All the way to tokens. */
  async function connect() {
    const { client_id, back } = await signIn();
    const { text } = await follow(browser, pathOf(back.headers.location as string));
    const agreed = await pressConsent(browser, text).expect(303);
    const form = exchangeForm(new URL(agreed.headers.location as string), client_id);
    const { body } = await browser.post("/token").type("form").send(form).expect(200);
    const refresh = (token: string) =>
      browser.post("/token").type("form").send({ grant_type: "refresh_token", refresh_token: token, client_id });
    return { body, refresh };
  }

  test("asks for read:org, and of GitHub only what the rules name", async () => {
    const { begun } = await signIn();
    expect(begun.searchParams.get("scope")).toBe("read:org");
    expect([...github.asked].sort()).toEqual([ofTools, "/user", ofAcme].sort());
  });

  test.each([ofAcme, ofTools])("lets a member in: %s", async (path) => {
    github.memberships.set(path, "active");
    await connect();
  });

  test.each([
    ["nobody knows", undefined],
    ["is only invited", "pending"],
    ["GitHub does not let us see", "403"],
  ])("keeps someone out whose membership %s", async (_what, state) => {
    if (state !== undefined) github.memberships.set(ofAcme, state);
    const { back } = await signIn();
    const { location } = await follow(browser, pathOf(back.headers.location as string));
    expect(location).toContain("error=access_denied");
  });

  test("ends what rests on membership a day after the sign-in, however often it is refreshed", async () => {
    github.memberships.set(ofAcme, "active");
    const { body, refresh } = await connect();
    gateway.advance(86_000);
    const again = await refresh(body.refresh_token).expect(200);
    expect(again.body.expires_in).toBeLessThanOrEqual(400);
    gateway.advance(400);
    expect((await refresh(again.body.refresh_token).expect(400)).body.error).toBe("invalid_grant");
  });

  test("does not end what rests on the list of users", async () => {
    github.user = { id: 1, login: "hubot" };
    const { body, refresh } = await connect();
    gateway.advance(86_500);
    await refresh(body.refresh_token).expect(200);
  });

  test("a GitHub that fails on memberships is a passing fault, not a refusal", async () => {
    github.memberships.set(ofAcme, "502");
    const { back } = await signIn();
    expect(back.status).toBe(503);
    expect(back.text).toContain("did not confirm the sign-in");
  });
});
