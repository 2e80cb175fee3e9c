import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type FakeGitHub, startFakeGitHub } from "../fixtures/fake-github.ts";
import type { Browser, TestGateway } from "../fixtures/gateway.ts";
import { openMembersGateway } from "../fixtures/members-server.ts";
import {
  authorizationQuery,
  completeSignIn,
  follow,
  goToProvider,
  pathOf,
  refresh,
  register,
} from "../fixtures/person.ts";

describe("a server for an organization and a team (decision 22)", () => {
  let github: FakeGitHub;
  let gateway: TestGateway;
  let browser: Browser;
  const ofAcme = "/user/memberships/orgs/acme";
  const ofTools = "/orgs/umbrella/teams/tools/memberships/octocat";

  beforeEach(async () => {
    github = await startFakeGitHub();
    gateway = await openMembersGateway(github);
    browser = gateway.browser();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });

  /** Registers a client and signs in at GitHub; gives the client's id and where that led. */
  async function signIn() {
    const { client_id } = await register(browser);
    const begun = await goToProvider(browser, "github", authorizationQuery(client_id));
    const back = await browser.get(pathOf(github.approve(begun)));
    return { client_id, begun: new URL(begun), back };
  }

  /** All the way to tokens. */
  async function connect() {
    const { client_id, back } = await signIn();
    const body = await completeSignIn(browser, client_id, back);
    return { body, refresh: (token: string) => refresh(browser, client_id, token) };
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

  test.each(["301", "308"])("a rule whose organization has another name now (%s) lets nobody in", async (status) => {
    github.memberships.set(ofAcme, status);
    const { back } = await signIn();
    const { location } = await follow(browser, pathOf(back.headers.location as string));
    expect(location).toContain("error=access_denied");
  });

  test("an organization that has another name now leaves the other rules as they are, and the log says what to do", async () => {
    github.memberships.set(ofAcme, "301");
    github.memberships.set(ofTools, "active");
    await connect();
    const warning = gateway.log.find((line) => line.includes("has another name at GitHub now"));
    expect(warning).toContain('"level":"warn"');
    expect(warning).toContain('"rule":"acme"');
    expect(warning).toContain("write the new name into gateway.json");
  });

  test("a team that has another name now leaves the other rules as they are", async () => {
    github.memberships.set(ofAcme, "active");
    github.memberships.set(ofTools, "301");
    await connect();
    expect(gateway.log.join("")).toContain('"rule":"umbrella/tools"');
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
