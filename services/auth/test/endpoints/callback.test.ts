import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type FakeGitHub, startFakeGitHub } from "../fixtures/fake-github.ts";
import { type Browser, issuer, openTestGateway, type TestGateway } from "../fixtures/gateway.ts";
import { authorizationQuery, follow, pathOf, pressConsent, pressLogin, register } from "../fixtures/person.ts";

describe("sign-in at GitHub", () => {
  let github: FakeGitHub;
  let gateway: TestGateway;
  let browser: Browser;
  let clientId: string;

  beforeEach(async () => {
    github = await startFakeGitHub();
    const settings = { github: { ...github.app, allowedUsers: ["OctoCat"] }, localLogin: undefined };
    gateway = await openTestGateway(settings as never);
    browser = gateway.browser();
    clientId = (await register(browser, { client_name: "Inspector" })).client_id;
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });

  /** Presses "Continue with GitHub"; gives the address at GitHub. */
  async function goToGitHub(change = {}): Promise<string> {
    const { text } = await follow(browser, authorizationQuery(clientId, change));
    expect(text).toContain("Continue with GitHub");
    expect(text).not.toContain("Local sign-in");
    const answer = await pressLogin(browser, text, { action: "github" }).expect(303);
    return answer.headers.location as string;
  }

  test("asks GitHub with our own state and PKCE, only after the click", async () => {
    const asked = new URL(await goToGitHub()).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      response_type: "code",
      client_id: "Iv1.test",
      redirect_uri: `${issuer}/callback`,
      state: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  test("asks for no scope, and of GitHub who the person is alone, where no rule names an organization or team", async () => {
    expect(new URL(await goToGitHub()).searchParams.has("scope")).toBe(false);
    await browser.get(pathOf(github.approve(await goToGitHub()))).expect(303);
    expect(github.asked).toEqual(["/user"]);
  });

  test("leads to consent and to a code for gh|<numeric id>", async () => {
    const back = await browser.get(pathOf(github.approve(await goToGitHub()))).expect(303);
    const page = await follow(browser, pathOf(back.headers.location as string));
    expect(page.text).toContain("signed in as <strong>octocat</strong>");
    const { headers } = await pressConsent(browser, page.text).expect(303);
    expect(headers.location).toContain("code=");
    const session = gateway.log.find((line) => line.includes('"event":"signed in"'));
    expect(session).toContain("gh|583231");
  });

  test("a forged state for a real request does not use it up", async () => {
    const location = await goToGitHub();
    const id = new URL(location).searchParams.get("state")?.split(".")[0];
    await browser.get(`/callback?code=x&state=${id}.${"A".repeat(43)}`).expect(400);
    await browser.get(pathOf(github.approve(location))).expect(303);
  });

  test("someone who is not on the list gets no session, and the client access_denied", async () => {
    github.user = { id: 7, login: "mallory" };
    const back = await browser.get(pathOf(github.approve(await goToGitHub()))).expect(303);
    const target = new URL(back.headers.location as string).searchParams;
    expect([target.get("error"), target.get("iss"), target.get("state")]).toEqual(["access_denied", issuer, "s"]);
    expect((await browser.get("/")).text).toContain("You are not signed in");
  });

  describe("a login that was given up and taken over", () => {
    async function signInAs(id: number, change = {}) {
      browser = gateway.browser();
      github.user = { id, login: "OCTOCAT" };
      const location = await goToGitHub(change);
      return await browser.get(pathOf(github.approve(location)));
    }

    test("lets nobody in whom the list does not mean, and tells the operator's way out", async () => {
      await signInAs(583231);
      const refused = await signInAs(7);
      expect(new URL(refused.headers.location as string).searchParams.get("error")).toBe("access_denied");
      expect((await browser.get("/")).text).toContain("You are not signed in");
      const { text } = await browser.get("/login").expect(200);
      const begun = await pressLogin(browser, text, { action: "github" });
      const page = await browser.get(pathOf(github.approve(begun.headers.location as string))).expect(403);
      expect(page.text).toContain("list the account by its number, 7,");
      expect(gateway.log.join("\n")).toContain("another account's before");
      expect((await signInAs(583231)).headers.location).toContain("/consent");
    });

    test("lets nobody in where it is a server's list that names it", async () => {
      Object.assign(gateway.ports.config.github as object, { allowedUsers: ["*"] });
      Object.assign(gateway.ports.resourceServers.servers[1] as object, { allowUsers: ["octocat"] });
      await signInAs(583231);
      expect((await signInAs(7)).headers.location).toContain("error=access_denied");
    });

    test("is told apart by number: who is listed so, or not at all by login, is not asked whose it was", async () => {
      Object.assign(gateway.ports.config.github as object, { allowedUsers: ["*"] });
      const before = await signInAs(583231);
      await pressConsent(browser, (await follow(browser, pathOf(before.headers.location as string))).text).expect(303);
      const back = await signInAs(7);
      const page = await follow(browser, pathOf(back.headers.location as string));
      expect(page.text).toContain("Allow Inspector"); // and what the other account agreed to is not theirs
    });
  });

  test("cancelling at GitHub is access_denied for the client", async () => {
    const state = new URL(await goToGitHub()).searchParams.get("state");
    const query = new URLSearchParams({ error: "access_denied", error_description: "<script>", state: state ?? "" });
    const back = await browser.get(`/callback?${query}`).expect(303);
    expect(new URL(back.headers.location as string).searchParams.get("error")).toBe("access_denied");
  });

  test.each([
    ["GitHub is out of order", { status: 503 }],
    ["GitHub names nobody", { user: {} }],
  ])("%s: a page, and the sign-in can be tried again", async (_what, fault) => {
    const location = await goToGitHub();
    Object.assign(github, fault);
    const answer = await browser.get(pathOf(github.approve(location))).expect(503);
    expect(answer.text).toContain("GitHub did not confirm the sign-in");
    expect(answer.text).not.toContain("out of order");
    github.status = 200;
    github.user = { id: 583231, login: "octocat" };
    await browser.get(pathOf(github.approve(await goToGitHub()))).expect(303);
  });

  test("GitHub cannot be reached", async () => {
    const returned = pathOf(github.approve(await goToGitHub()));
    await github[Symbol.asyncDispose]();
    await browser.get(returned).expect(503);
    github = await startFakeGitHub();
  });

  test("a forged code is refused", async () => {
    const state = new URL(await goToGitHub()).searchParams.get("state");
    await browser.get(`/callback?code=forged&state=${state}`).expect(503);
  });

  test("select_account is passed on", async () => {
    const asked = new URL(await goToGitHub({ prompt: "select_account" })).searchParams;
    expect(asked.get("prompt")).toBe("select_account");
  });

  test("no code, state or secret is logged", async () => {
    const returned = pathOf(github.approve(await goToGitHub()));
    await browser.get(returned).expect(303);
    const query = new URL(returned, issuer).searchParams;
    for (const secret of [query.get("code"), query.get("state"), "github-secret"]) {
      expect(gateway.log.join("\n")).not.toContain(secret);
    }
  });
});
