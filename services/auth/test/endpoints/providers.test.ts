import { AuthEnv, parseEnv } from "@gateway/config";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { authConfigOf } from "../../src/config.ts";
import { digest } from "../../src/digest.ts";
import { maySignIn } from "../../src/domain/policy.ts";
import { type FakeGitHub, startFakeGitHub } from "../fixtures/fake-github.ts";
import { type FakeOpenIdProvider, startFakeOpenIdProvider } from "../fixtures/fake-openid-provider.ts";
import { type Browser, issuer, openTestGateway, type TestGateway } from "../fixtures/gateway.ts";
import { hiddenFields, pathOf, pressLogin } from "../fixtures/person.ts";

describe("GitHub and an OpenID provider side by side", () => {
  let github: FakeGitHub;
  let openId: FakeOpenIdProvider;
  let gateway: TestGateway;
  let browser: Browser;

  beforeEach(async () => {
    github = await startFakeGitHub();
    openId = await startFakeOpenIdProvider();
    gateway = await openTestGateway({
      github: { ...github.app, allowedUsers: ["octocat"] },
      oidc: { ...openId.client, scopes: "openid", name: "<Example>", allowedUsers: ["248289761001"] },
      localLogin: undefined,
    } as never);
    browser = gateway.browser();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
    await openId[Symbol.asyncDispose]();
  });

  /** Presses one of the buttons; gives where that led. */
  async function goTo(action: "github" | "oidc"): Promise<string> {
    const { text } = await browser.get("/login").expect(200);
    return (await pressLogin(browser, text, { action }).expect(303)).headers.location as string;
  }

  describe.each(["github", "oidc"] as const)("a form for %s", (action) => {
    test.each([
      ["without a token", { csrf: "" }, "same-origin"],
      ["with another token", { csrf: "A".repeat(43) }, "same-origin"],
      ["from another site", {}, "cross-site"],
      ["from a neighbour on this site", {}, "same-site"],
    ])("%s sends nobody there (login CSRF)", async (_what, change, site) => {
      const { text } = await browser.get("/login").expect(200);
      const answer = await pressLogin(browser, text, { action, ...change }).set("Sec-Fetch-Site", site);
      expect([answer.status, answer.headers.location]).toEqual([403, undefined]);
    });

    test("of another browser sends nobody there", async () => {
      const { text } = await browser.get("/login").expect(200);
      await pressLogin(gateway.browser(), text, { action }).expect(403);
    });

    test("is not sent by opening a link", async () => {
      const { headers } = await browser.get(`/login?action=${action}`).expect(200);
      expect(headers.location).toBeUndefined();
    });
  });

  describe.each([
    ["/callback", "github", () => github],
    ["/callback/oidc", "oidc", () => openId],
  ] as const)("%s", (callback, action, at) => {
    test("refuses a browser that did not begin it, and is not used up by that", async () => {
      const returned = pathOf(at().approve(await goTo(action)));
      const answer = await gateway.browser().get(returned).expect(400);
      expect(answer.headers.location).toBeUndefined();
      await browser.get(returned).expect(303);
    });

    test("takes each state once", async () => {
      const returned = pathOf(at().approve(await goTo(action)));
      await browser.get(returned).expect(303);
      const asked = [github.asked.length, openId.exchanges.length];
      await browser.get(returned).expect(400);
      expect([github.asked.length, openId.exchanges.length]).toEqual(asked);
    });

    test("has nothing in the store that what waits there could be completed with (security.md 9)", async () => {
      const location = await goTo(action);
      const stored = await gateway.stored();
      await browser.get(pathOf(at().approve(location))).expect(303);
      const { state = "", nonce } = Object.fromEntries(new URL(location).searchParams);
      const verifier = at().exchanges[0]?.form.get("code_verifier");
      const secrets = [state.split(".")[1], verifier, ...(action === "oidc" ? [nonce] : [])].map(String);
      for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43,}$/);
      expect(secrets.filter((secret) => stored.includes(secret))).toEqual([]);
      expect(stored.includes(digest(state))).toBe(true); // the right place was searched
    });

    test("takes what an older version began for over, and says so", async () => {
      const location = await goTo(action);
      const state = `${new URL(location).searchParams.get("state")}`;
      const { store, clock } = gateway.ports;
      const { upstreamSignIn, ...pending } = (await store.pendingAuthorizations.find(`${state.split(".")[0]}`)) ?? {};
      const upstream = { provider: upstreamSignIn?.provider, state, codeVerifier: "v".repeat(43), nonce: "n" };
      await store.pendingAuthorizations.keep({ ...pending, upstream } as never, clock() + 600);
      const { text } = await browser.get(pathOf(at().approve(location))).expect(400);
      expect(text).toContain("Go back to your application and connect again");
      expect(at().exchanges).toEqual([]);
    });

    test.each([
      ["no state", "?code=x"],
      ["a state of nobody", "?code=x&state=abc.def"],
      ["two states", "?code=x&state=a&state=b"],
      ["an error alone", "?error=access_denied"],
      ["broken percent-encoding", "?state=%zz&code=%"],
    ])("answers %s with a page, not a redirect", async (_what, query) => {
      const answer = await browser.get(`${callback}${query}`).expect(400);
      expect(answer.text).toContain("This sign-in is over");
    });
  });

  test("a sign-in gives a new session id, and ends the old one (oauth-wire 5)", async () => {
    const sessionOf = async (action: "github" | "oidc", at: FakeGitHub | FakeOpenIdProvider) => {
      const { headers } = await browser.get(pathOf(at.approve(await goTo(action)))).expect(303);
      const cookies = headers["set-cookie"] as unknown as string[];
      return `${cookies.find((cookie) => cookie.startsWith("gateway-session="))}`.split(";")[0] ?? "";
    };
    const first = await sessionOf("github", github);
    const second = await sessionOf("oidc", openId);
    const nameIn = async (cookie: string) => (await gateway.browser().get("/").set("Cookie", cookie)).text;
    expect(await nameIn(first)).toContain("You are not signed in");
    expect(await nameIn(second)).toContain("Signed in as <strong>Jane</strong>");
  });

  test("an empty list allows nobody (security.md 15)", async () => {
    for (const list of [gateway.ports.config.github, gateway.ports.config.oidc])
      Object.assign(list as object, { allowedUsers: [] });
    await browser.get(pathOf(github.approve(await goTo("github")))).expect(403);
    await browser.get(pathOf(openId.approve(await goTo("oidc")))).expect(403);
  });

  test("each has its button, GitHub's first, and there is no local sign-in", async () => {
    const { text } = await browser.get("/login").expect(200);
    const buttons = [...text.matchAll(/<button class="primary">([^<]*)</g)].map(([, label]) => label);
    expect(buttons).toEqual(["Continue with GitHub", "Continue with &lt;Example&gt;"]);
    expect(text).not.toContain("Local sign-in");
    await pressLogin(browser, text, { ...hiddenFields(text), action: "local" }).expect(400);
  });

  test.each([
    ["github", "/callback/oidc", () => github],
    ["oidc", "/callback", () => openId],
  ] as const)("what was begun at %s is not completed at %s (mix-up, RFC 9700 4.4)", async (action, path, at) => {
    const back = new URL(at().approve(await goTo(action)));
    await browser.get(`${path}${back.search}`).expect(400);
    expect([github.asked, openId.exchanges]).toEqual([[], []]);
    await browser.get(pathOf(back.href)).expect(303); // and it was not used up by that
  });

  test.each([
    ["github", () => github, "octocat"],
    ["oidc", () => openId, "Jane"],
  ] as const)("%s signs in whoever is on its own list, without any client too", async (action, at, name) => {
    const back = await browser.get(pathOf(at().approve(await goTo(action)))).expect(303);
    expect(back.headers.location).toBe("/");
    expect((await browser.get("/")).text).toContain(`Signed in as <strong>${name}</strong>`);
  });

  test("who is called like someone at the other one is not taken for them", async () => {
    openId.claims = { sub: "octocat2", preferred_username: "octocat" };
    await browser.get(pathOf(openId.approve(await goTo("oidc")))).expect(403);
    github.user = { id: 248289761001, login: "mallory" };
    await browser.get(pathOf(github.approve(await goTo("github")))).expect(403);
    expect((await browser.get("/")).text).toContain("You are not signed in");
  });

  test("a provider that is away takes the other one not with it", async () => {
    openId.answers.set("/.well-known/openid-configuration", (res) => void res.destroy());
    const { text } = await browser.get("/login").expect(200);
    await pressLogin(browser, text, { action: "oidc" }).expect(503);
    await browser.get(pathOf(github.approve(await goTo("github")))).expect(303);
  });
});

describe("where both are set up, and gateway.login offers the OpenID provider alone", () => {
  let openId: FakeOpenIdProvider;
  let gateway: TestGateway;

  beforeEach(async () => {
    openId = await startFakeOpenIdProvider();
    const env = parseEnv(AuthEnv, {
      ...{ ISSUER: issuer, RESOURCES_FILE: "r.json", DATA_DIR: "d" },
      ...{ GITHUB_CLIENT_ID: "Iv1.abc", GITHUB_CLIENT_SECRET: "canary", ALLOWED_GITHUB_USERS: "*" },
      ...{ OIDC_ISSUER: openId.client.issuer, OIDC_CLIENT_ID: openId.client.clientId },
      ...{ OIDC_CLIENT_SECRET: openId.client.clientSecret, ALLOWED_OIDC_USERS: "*" },
    });
    const config = authConfigOf(env, { osUser: "ann", strictResource: false, login: ["oidc"] });
    gateway = await openTestGateway({ localLogin: undefined, ...config } as never);
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await openId[Symbol.asyncDispose]();
  });

  test("a form for GitHub leads nowhere", async () => {
    const browser = gateway.browser();
    const { text } = await browser.get("/login").expect(200);
    const answer = await pressLogin(browser, text, { ...hiddenFields(text), action: "github" }).expect(400);
    expect(answer.text).toContain("There is no such way to sign in here");
    expect(answer.headers.location).toBeUndefined();
  });

  test("nobody comes back from GitHub", async () => {
    const browser = gateway.browser();
    const { text } = await browser.get("/login").expect(200);
    const { headers } = await pressLogin(browser, text, { action: "oidc" }).expect(303);
    const state = new URL(`${headers.location}`).searchParams.get("state");
    await browser.get(`/callback?code=x&state=${state}`).expect(404);
  });

  test("who signed in at GitHub before may not any more", () => {
    expect(maySignIn(gateway.ports.config, { sub: "gh|583231", login: "octocat" })).toBe(false);
  });

  test("the page has its button and no other, and it signs in", async () => {
    const browser = gateway.browser();
    const { text } = await browser.get("/login").expect(200);
    expect(text.match(/<button class="primary">/g)).toHaveLength(1);
    expect(text).not.toMatch(/GitHub|Local sign-in/);
    const { headers } = await pressLogin(browser, text, { action: "oidc" }).expect(303);
    await browser.get(pathOf(openId.approve(`${headers.location}`))).expect(303);
    expect((await browser.get("/")).text).toContain("Signed in as <strong>Jane</strong>");
  });
});
