import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Browser,
  issuer,
  memoryUrl,
  openTestGateway,
  redirectUri,
  type TestGateway,
} from "../fixtures/gateway.ts";
import {
  authorizationQuery,
  follow,
  obtainRedirect,
  pathOf,
  pressConsent,
  pressLogin,
  register,
  signIn,
} from "../fixtures/person.ts";

describe("the authorization endpoint", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let clientId: string;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  beforeEach(async () => {
    browser = gateway.browser();
    clientId = (await register(browser, { client_name: "Inspector" })).client_id;
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  describe("before client and redirect URI are proven", () => {
    test.each([
      ["no client", { client_id: undefined }],
      ["an unknown client", { client_id: "client_unknown" }],
      ["a script for a client", { client_id: '"><script>alert(1)</script>' }],
      ["no redirect_uri", { redirect_uri: undefined }],
      ["another redirect_uri", { redirect_uri: "https://evil.example/cb" }],
      ["a redirect_uri beside the registered one", { redirect_uri: `${redirectUri}/x` }],
      ["a script for a redirect_uri", { redirect_uri: "javascript:alert(1)" }],
      ["a parameter given twice", { state: ["a", "b"] }],
      ["a redirect_uri given twice", { redirect_uri: [redirectUri, "https://evil.example/cb"] }],
    ])("%s is a page that says what to do, never a redirect", async (_what, change) => {
      const answer = await browser.get(authorizationQuery(clientId, change)).expect(400);
      expect(answer.headers.location).toBeUndefined();
      expect(answer.headers["content-type"]).toMatch(/^text\/html/);
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.text).toMatch(/application/);
      expect(answer.text).not.toContain("<script");
    });
  });

  describe("once they are", () => {
    test.each([
      ["no PKCE", { code_challenge: undefined }, "invalid_request"],
      ["plain", { code_challenge_method: "plain" }, "invalid_request"],
      ["no method", { code_challenge_method: undefined }, "invalid_request"],
      ["the implicit flow", { response_type: "token" }, "unsupported_response_type"],
      ["an unknown resource", { resource: "https://evil.example/mcp" }, "invalid_target"],
      ["a request object", { request: "e30" }, "request_not_supported"],
      ["prompt=none without a session", { prompt: "none" }, "login_required"],
    ])("%s goes to the client, with state and iss", async (_what, change, error) => {
      const state = "a+b %26&c=é";
      const answer = await browser.get(authorizationQuery(clientId, { state, ...change })).expect(303);
      const target = new URL(answer.headers.location as string);
      expect(`${target.origin}${target.pathname}`).toBe(redirectUri);
      expect(Object.fromEntries(target.searchParams)).toEqual({
        error,
        error_description: expect.any(String),
        state,
        iss: issuer,
      });
    });

    test("an unknown scope goes there too, where strictScope is set", async () => {
      await using strict = await openTestGateway({}, { strictScope: true });
      const { client_id } = await register(strict.browser());
      const answer = await strict
        .browser()
        .get(authorizationQuery(client_id, { scope: "mcp nonsense" }))
        .expect(303);
      const { searchParams } = new URL(answer.headers.location as string);
      expect([searchParams.get("error"), searchParams.get("iss")]).toEqual(["invalid_scope", issuer]);
    });

    test("a person who is not signed in meets a page of ours that names client, redirect host and server", async () => {
      const { text, status } = await follow(browser, authorizationQuery(clientId));
      expect(status).toBe(200);
      for (const part of ["Inspector", "unverified", "127.0.0.1", "mcp-time/mcp", "Local sign-in"])
        expect(text).toContain(part);
    });

    test("signing in leads to consent, agreeing to a code", async () => {
      const target = await obtainRedirect(browser, authorizationQuery(clientId, { state: "x y" }));
      expect(target.searchParams.get("code")).toMatch(/^[\w-]{43}$/);
      expect(target.searchParams.get("state")).toBe("x y");
      expect(target.searchParams.get("iss")).toBe(issuer);
    });

    test("a POST form does the same", async () => {
      const form = authorizationQuery(clientId).split("?")[1];
      const answer = await browser.post("/authorize").type("form").send(form).expect(303);
      const target = await obtainRedirect(browser, pathOf(answer.headers.location as string));
      expect(target.searchParams.get("code")).toBeTruthy();
    });

    test("saying no is access_denied", async () => {
      await signIn(browser);
      const { text } = await follow(browser, authorizationQuery(clientId));
      const answer = await pressConsent(browser, text, { decision: "deny" }).expect(303);
      expect(new URL(answer.headers.location as string).searchParams.get("error")).toBe("access_denied");
    });

    test("cancelling the sign-in is access_denied", async () => {
      const { text } = await follow(browser, authorizationQuery(clientId));
      const answer = await pressLogin(browser, text, { action: "cancel" }).expect(303);
      expect(new URL(answer.headers.location as string).searchParams.get("error")).toBe("access_denied");
    });

    test("a server that this person may not use is access_denied", async () => {
      const target = await obtainRedirect(browser, authorizationQuery(clientId, { resource: memoryUrl }), "bob");
      expect(target.searchParams.get("error")).toBe("access_denied");
      expect(target.searchParams.get("iss")).toBe(issuer);
    });

    test("the redirect keeps the loopback port of the request", async () => {
      const other = "http://127.0.0.1:61001/callback";
      const target = await obtainRedirect(browser, authorizationQuery(clientId, { redirect_uri: other }));
      expect(target.port).toBe("61001");
    });

    test("out of band the code is shown on our page", async () => {
      const oob = "urn:ietf:wg:oauth:2.0:oob";
      const client = await register(browser, { redirect_uris: [oob] });
      const target = await obtainRedirect(browser, authorizationQuery(client.client_id, { redirect_uri: oob }));
      const page = await browser.get(`${target.pathname}${target.search}`).expect(200);
      expect(page.text).toContain(target.searchParams.get("code"));
      expect(page.headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
    });
  });

  describe("consent", () => {
    test("is not asked again for the same tuple, and again for another one", async () => {
      await obtainRedirect(browser, authorizationQuery(clientId));
      const again = await follow(browser, authorizationQuery(clientId));
      expect(again.location).toContain("code=");
      for (const change of [
        { prompt: "consent" },
        { resource: memoryUrl },
        { scope: "mcp offline_access" },
        { resource: "http://mcp-time.localhost:8080/mcp" },
      ]) {
        expect((await follow(browser, authorizationQuery(clientId, change))).text).toContain(
          "<title>Allow Inspector to use mcp-",
        );
      }
    });

    test("is asked of a new client in a browser that is signed in", async () => {
      await obtainRedirect(browser, authorizationQuery(clientId));
      const other = await register(browser, { client_name: "Other" });
      expect((await follow(browser, authorizationQuery(other.client_id))).text).toContain(
        "Allow Other to use mcp-time?",
      );
    });

    test("sets what the client calls itself apart from the question", async () => {
      const { client_id } = await register(browser, { client_name: "Other to use nothing? <b>" });
      await signIn(browser);
      expect((await follow(browser, authorizationQuery(client_id))).text).toContain(
        '<h1>Allow <bdi class="claim">Other to use nothing? &lt;b&gt;</bdi> to use mcp-time?</h1>',
      );
    });

    test("is not given by prompt=none", async () => {
      await signIn(browser);
      const { location } = await follow(browser, authorizationQuery(clientId, { prompt: "none" }));
      expect(location).toContain("error=consent_required");
      await obtainRedirect(browser, authorizationQuery(clientId));
      expect((await follow(browser, authorizationQuery(clientId, { prompt: "none" }))).location).toContain("code=");
    });

    test("is asked again after 30 days", async () => {
      await obtainRedirect(browser, authorizationQuery(clientId));
      await gateway.ports.store.clients.touch(clientId, { lastUsedAt: 0, expiresAt: undefined });
      gateway.advance(30 * 86_400);
      await signIn(browser);
      expect((await follow(browser, authorizationQuery(clientId))).text).toContain("Allow Inspector to use mcp-time?");
    });

    test("shows a hostile client name as text, without tricks", async () => {
      await signIn(browser);
      const evil = await register(browser, { client_name: '<img src=x onerror="alert(1)">\u202eGitHub' });
      const { text } = await follow(browser, authorizationQuery(evil.client_id));
      expect(text).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;GitHub");
      expect(text).not.toContain("<img");
    });

    test("offers the servers this person may use when the client named none", async () => {
      await signIn(browser, "bob");
      const { text } = await follow(browser, authorizationQuery(clientId, { resource: undefined }));
      expect(text).toContain('value="http://localhost:8080/mcp-time/mcp"');
      expect(text).not.toContain("mcp-memory");
      await pressConsent(browser, text).expect(400);
      await pressConsent(browser, text, { resource: memoryUrl }).expect(400);
      const answer = await pressConsent(browser, text, { resource: "http://localhost:8080/mcp-time/mcp" }).expect(303);
      expect(answer.headers.location).toContain("code=");
    });

    test("cannot be framed or cached, and runs nothing", async () => {
      await signIn(browser);
      const begun = await browser.get(authorizationQuery(clientId)).expect(303);
      const { headers } = await browser.get(begun.headers.location as string).expect(200);
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy":
          "default-src 'none';style-src 'self';img-src 'self';frame-ancestors 'none';base-uri 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(headers["cross-origin-opener-policy"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    });

    test("is good for one code only", async () => {
      await signIn(browser);
      const { text } = await follow(browser, authorizationQuery(clientId));
      const answers = await Promise.all([pressConsent(browser, text), pressConsent(browser, text)]);
      // The other is told that it is over, at once or by the page that it is sent back to.
      expect(answers.filter(({ headers }) => headers.location?.includes("code="))).toHaveLength(1);
    });

    test("is over after ten minutes", async () => {
      await signIn(browser);
      const { text } = await follow(browser, authorizationQuery(clientId));
      gateway.advance(601);
      expect((await pressConsent(browser, text).expect(400)).text).toContain("This sign-in is over");
    });
  });

  describe("forged forms", () => {
    test.each([
      ["no token", { csrf: "" }],
      ["another token", { csrf: "A".repeat(43) }],
      ["a token for another request", { request: "another" }],
    ])("%s is refused", async (_what, change) => {
      await signIn(browser);
      const { text } = await follow(browser, authorizationQuery(clientId));
      const answer = await pressConsent(browser, text, change).expect(403);
      expect(answer.headers.location).toBeUndefined();
    });

    test.each(["cross-site", "same-site", "none"])("a form sent from %s is refused", async (site) => {
      await signIn(browser);
      const { text } = await follow(browser, authorizationQuery(clientId));
      await pressConsent(browser, text).set("Sec-Fetch-Site", site).expect(403);
      await pressConsent(browser, text).set("Sec-Fetch-Site", "same-origin").set("Origin", "null").expect(303);
    });

    test("another browser cannot go on with a request, nor use the form", async () => {
      await signIn(browser);
      const begun = await browser.get(authorizationQuery(clientId)).expect(303);
      const page = await browser.get(begun.headers.location as string).expect(200);
      const other = gateway.browser();
      await signIn(other);
      await other.get(begun.headers.location as string).expect(400);
      await pressConsent(other, page.text).expect(403);
    });

    test("a form from before a sign-in as somebody else is no longer good", async () => {
      await signIn(browser);
      const { text } = await follow(browser, authorizationQuery(clientId));
      await signIn(browser, "bob");
      await pressConsent(browser, text).expect(403);
    });
  });

  test("prompt=login asks a person who is signed in to sign in again, once", async () => {
    await signIn(browser);
    const { text } = await follow(browser, authorizationQuery(clientId, { prompt: "login" }));
    expect(text).toContain("<h1>Sign in</h1>");
    const answer = await pressLogin(browser, text, { username: "bob" }).expect(303);
    expect((await follow(browser, pathOf(answer.headers.location as string))).text).toContain(
      "Allow Inspector to use mcp-time?",
    );
  });

  test("the only server is meant where no resource is named", async () => {
    const [time] = gateway.ports.resourceServers.servers;
    await using alone = await openTestGateway({}, { servers: time ? [time] : [] });
    const other = alone.browser();
    const client = await register(other);
    const target = await obtainRedirect(other, authorizationQuery(client.client_id, { resource: undefined }));
    expect(target.searchParams.get("code")).toBeTruthy();
  });
});
