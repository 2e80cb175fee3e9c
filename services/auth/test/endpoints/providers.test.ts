import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type FakeGitHub, startFakeGitHub } from "../fixtures/fake-github.ts";
import {
  clientId,
  clientSecret,
  type FakeOpenIdProvider,
  startFakeOpenIdProvider,
} from "../fixtures/fake-openid-provider.ts";
import { type Browser, openTestGateway, type TestGateway } from "../fixtures/gateway.ts";
import { hiddenFields, pathOf, pressLogin } from "../fixtures/person.ts";

describe("GitHub and an OpenID provider side by side", () => {
  let github: FakeGitHub;
  let openId: FakeOpenIdProvider;
  let gateway: TestGateway;
  let browser: Browser;

  beforeEach(async () => {
    github = await startFakeGitHub("Iv1.test", "github-secret");
    openId = await startFakeOpenIdProvider();
    const app = { clientId: "Iv1.test", clientSecret: "github-secret", baseUrl: github.url, apiUrl: github.url };
    const client = { issuer: `${openId.issuer}/`, clientId, clientSecret, scopes: "openid", name: "<Example>" };
    gateway = await openTestGateway({
      github: { ...app, allowedUsers: ["octocat"] },
      oidc: { ...client, allowedUsers: ["248289761001"] },
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
  ] as const)("%s signs in whoever is on its own list", async (action, at, name) => {
    await browser.get(pathOf(at().approve(await goTo(action)))).expect(303);
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
