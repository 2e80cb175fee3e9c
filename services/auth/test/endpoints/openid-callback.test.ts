import { generateKeyPairSync } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AuthConfig } from "../../src/config.ts";
import {
  clientId,
  clientSecret,
  type FakeOpenIdProvider,
  startFakeOpenIdProvider,
} from "../fixtures/fake-openid-provider.ts";
import { type Browser, issuer, openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import {
  authorizationQuery,
  completeSignIn,
  follow,
  pathOf,
  pressConsent,
  pressLogin,
  refresh,
  register,
} from "../fixtures/person.ts";

describe("sign-in at an OpenID provider", () => {
  let provider: FakeOpenIdProvider;
  let gateway: TestGateway;
  let browser: Browser;
  let client: string;

  beforeEach(async () => {
    provider = await startFakeOpenIdProvider();
    gateway = await openGateway();
    browser = gateway.browser();
    client = (await register(browser, { client_name: "Inspector" })).client_id;
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  function openGateway(oidc: Partial<AuthConfig["oidc"]> = {}): Promise<TestGateway> {
    const named = { ...provider.client, scopes: "openid email", name: "Example" };
    return openTestGateway({
      oidc: { ...named, allowedUsers: ["jane@example.com"], ...oidc },
      localLogin: undefined,
    } as never);
  }

  /** Presses "Continue with Example" in a new browser; gives the address at the provider. */
  async function goToProvider(change = {}): Promise<string> {
    browser = gateway.browser();
    const { text } = await follow(browser, authorizationQuery(client, change));
    expect(text).toContain("Continue with Example");
    const answer = await pressLogin(browser, text, { action: "oidc" }).expect(303);
    return answer.headers.location as string;
  }

  /** The whole sign-in, with what the provider changes in its answer; gives what the browser got. */
  async function signIn(change: Record<string, string | undefined> = {}) {
    const location = await goToProvider();
    return await browser.get(pathOf(provider.approve(location, change)));
  }

  async function expectNobodySignedIn() {
    expect((await browser.get("/")).text).toContain("You are not signed in");
  }

  test("asks it with a state, a nonce and PKCE of our own, only after the click", async () => {
    const { text } = await follow(browser, authorizationQuery(client));
    expect(provider.asked).toEqual([]);
    const { headers } = await pressLogin(browser, text, { action: "oidc" }).expect(303);
    const location = new URL(headers.location as string);
    expect(`${location.origin}${location.pathname}`).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      response_type: "code",
      client_id: clientId,
      redirect_uri: `${issuer}/callback/oidc`,
      scope: "openid email",
      state: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  test("leads to consent and to a code for oidc|<digest>, and asks no more than is needed", async () => {
    const back = await signIn();
    const page = await follow(browser, pathOf(back.headers.location as string));
    expect(page.text).toContain("signed in as <strong>Jane</strong>");
    expect((await pressConsent(browser, page.text).expect(303)).headers.location).toContain("code=");
    expect(gateway.log.find((line) => line.includes('"event":"signed in"'))).toMatch(/"oidc\|[\w-]{43}"/);
    expect(provider.asked).toEqual(["/.well-known/openid-configuration", "/token", "/jwks"]);
  });

  test("takes e-mail and name from the UserInfo endpoint where the ID token has none (OpenID Connect Core 5.4)", async () => {
    provider.claims = { sub: "1", email_verified: true };
    provider.userInfo = { email: "jane@example.com", preferred_username: "Jane" };
    expect((await signIn()).headers.location).toContain("error=access_denied"); // email_verified stood elsewhere
    provider.userInfo.email_verified = true;
    expect((await signIn()).headers.location).toContain("/consent");
  });

  const { privateKey: unpublished } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const now = Math.floor(Date.now() / 1_000);
  test.each<[string, Record<string, unknown>]>([
    ["the nonce of another sign-in", { nonce: "another" }],
    ["no nonce", { nonce: undefined }],
    ["another audience", { aud: "another-client" }],
    ["two audiences and no azp", { aud: [clientId, "another-client"] }],
    ["the azp of another client", { azp: "another-client" }],
    ["the azp of another client among two audiences", { aud: [clientId, "another-client"], azp: "another-client" }],
    ["another issuer", { iss: "https://evil.example" }],
    ["an end in the past", { iat: now - 900, exp: now - 600 }],
    ["a beginning in the future", { nbf: now + 600 }],
    ["no end", { exp: undefined }],
    ["no sub", { sub: undefined }],
    ["a sub that is longer than any may be", { sub: "x".repeat(256) }],
  ])("an ID token with %s signs nobody in (OpenID Connect Core 3.1.3.7)", async (_what, claims) => {
    Object.assign(provider.claims, claims);
    const answer = await signIn();
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("Example did not confirm the sign-in");
    await expectNobodySignedIn();
  });

  test.each<[string, () => FakeOpenIdProvider["sign"]]>([
    ["no signature (alg none)", () => provider.signWith("none", "")],
    ["HS256 and our secret", () => provider.signWith("HS256", clientSecret)],
    ["HS256 and the public key", () => provider.signWith("HS256", provider.publicKey)],
    ["an algorithm that is not announced", () => sameKeyAs("PS256")],
    ["a key that is not published", () => provider.signWith("ES256", unpublished, "k2")],
    ["a forged signature", () => forged(provider.sign)],
    ["nothing at all", () => () => undefined],
  ])("an ID token with %s signs nobody in", async (_what, sign) => {
    provider.metadata.id_token_signing_alg_values_supported = ["RS256", "ES256", "HS256", "none"];
    provider.sign = sign();
    expect((await signIn()).status).toBe(503);
    await expectNobodySignedIn();
  });

  function sameKeyAs(algorithm: string): FakeOpenIdProvider["sign"] {
    const { sign } = provider;
    return (claims) => {
      const [, ...rest] = `${sign(claims)}`.split(".");
      return [Buffer.from(JSON.stringify({ alg: algorithm, kid: "k1" })).toString("base64url"), ...rest].join(".");
    };
  }

  function forged(sign: FakeOpenIdProvider["sign"]): FakeOpenIdProvider["sign"] {
    return (claims) => {
      const [header, , signature] = `${sign(claims)}`.split(".");
      const payload = Buffer.from(JSON.stringify({ ...claims, sub: "1" })).toString("base64url");
      return [header, payload, signature].join(".");
    };
  }

  test("a UserInfo answer about somebody else signs nobody in (OpenID Connect Core 5.3.2)", async () => {
    provider.claims = { sub: "1" };
    provider.userInfo = { sub: "2", email: "jane@example.com", email_verified: true };
    expect((await signIn()).status).toBe(503);
    await expectNobodySignedIn();
  });

  describe("the issuer in the answer (RFC 9207)", () => {
    test.each([
      ["another one with a code", { iss: "https://evil.example" }],
      ["another one with an error", { iss: "https://evil.example", code: undefined, error: "access_denied" }],
    ])("%s is refused on a page, and no code is sent there", async (_what, change) => {
      const answer = await signIn(change);
      expect([answer.status, answer.headers.location]).toEqual([503, undefined]);
      expect(provider.exchanges).toEqual([]);
    });

    test("is missed where it was announced", async () => {
      provider.metadata.authorization_response_iss_parameter_supported = true;
      expect((await signIn()).status).toBe(503);
      expect(provider.exchanges).toEqual([]);
    });

    test("is accepted where it is the provider's", async () => {
      expect((await signIn({ iss: provider.issuer })).status).toBe(303);
    });
  });

  test("someone who is not on the list gets no session, the client access_denied, and the operator the sub", async () => {
    provider.claims = { sub: "of-mallory", email: "mallory@example.com", email_verified: true };
    const target = new URL((await signIn()).headers.location as string).searchParams;
    expect([target.get("error"), target.get("iss"), target.get("state")]).toEqual(["access_denied", issuer, "s"]);
    await expectNobodySignedIn();
    expect(gateway.log.join("\n")).toContain('"subject":"of-mallory"');
  });

  test.each([
    ["false", false],
    ["not there", undefined],
    ["a text", "true"],
  ])("an e-mail address whose email_verified is %s is nobody's", async (_what, email_verified) => {
    provider.claims.email_verified = email_verified;
    expect((await signIn()).headers.location).toContain("error=access_denied");
    await expectNobodySignedIn();
  });

  test("cancelling there is access_denied for the client", async () => {
    const back = await signIn({ code: undefined, error: "access_denied", error_description: "<script>" });
    expect(new URL(back.headers.location as string).searchParams.get("error")).toBe("access_denied");
  });

  test("any other error is a page with a reference, by which the log has the reason", async () => {
    const answer = await signIn({ code: undefined, error: "unauthorized_client" });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("Example refused the sign-in");
    expect(answer.text).not.toContain("unauthorized_client");
    const [, reference] = /Reference: <[^>]*>([0-9a-f]{8})</.exec(answer.text) ?? [];
    const line = gateway.log.find((each) => each.includes(`"reference":"${reference}"`));
    expect(line).toContain("unauthorized_client");
  });

  test("no code and no error is a page", async () => {
    expect((await signIn({ code: undefined })).status).toBe(400);
  });

  test.each<[string, string, (res: ServerResponse) => void]>([
    ["fails", "/token", (res) => res.writeHead(500).end("out of order")],
    [
      "answers with a page",
      "/token",
      (res) => res.writeHead(200, { "content-type": "text/html" }).end("<p>out of order"),
    ],
    [
      "answers with what is no JSON",
      "/token",
      (res) => res.writeHead(200, { "content-type": "application/json" }).end("out of order"),
    ],
    ["sends us elsewhere", "/token", (res) => res.writeHead(307, { location: `${provider.issuer}/elsewhere` }).end()],
    ["hangs up", "/token", (res) => void res.destroy()],
    [
      "sends more than anybody needs",
      "/jwks",
      (res) =>
        void res.writeHead(200, { "content-type": "application/json" }).end(`{"keys":[],"x":"${"x".repeat(300_000)}"}`),
    ],
    ["has lost its keys", "/jwks", (res) => res.writeHead(404).end()],
  ])("a provider that %s: a page with a reference, and it can be tried again", async (_what, path, fault) => {
    provider.answers.set(path, fault);
    const answer = await signIn();
    expect(answer.status).toBe(503);
    expect(answer.text).toMatch(/Example did not confirm the sign-in.*Reference: /s);
    expect(answer.text).not.toContain("out of order");
    expect(provider.asked).not.toContain("/elsewhere");
    provider.answers.clear();
    expect((await signIn()).status).toBe(303);
  });

  describe("a provider that cannot be discovered", () => {
    const document = "/.well-known/openid-configuration";

    test.each<[string, (res: ServerResponse) => void]>([
      ["is away", (res) => void res.destroy()],
      ["fails", (res) => res.writeHead(500).end("out of order")],
      ["sends us elsewhere", (res) => res.writeHead(302, { location: `${provider.issuer}/elsewhere` }).end()],
    ])("because it %s is a page; once it is back, all is well", async (_what, fault) => {
      provider.answers.set(document, fault);
      const { text } = await follow(browser, authorizationQuery(client));
      const answer = await pressLogin(browser, text, { action: "oidc" }).expect(503);
      expect(answer.text).toMatch(/Example did not confirm the sign-in.*Reference: /s);
      expect(provider.asked).not.toContain("/elsewhere");
      provider.answers.clear();
      expect((await signIn()).status).toBe(303);
    });

    test.each([
      ["another issuer", { issuer: "https://evil.example" }],
      ["an issuer for many tenants", { issuer: "https://login.microsoftonline.com/{tenantid}/v2.0" }],
      ["an authorization endpoint that is not protected", { authorization_endpoint: "http://evil.example/authorize" }],
      ["an authorization endpoint that is a script", { authorization_endpoint: "javascript:alert(1)" }],
    ])("because it names %s is a page", async (_what, metadata) => {
      Object.assign(provider.metadata, metadata);
      const { text } = await follow(browser, authorizationQuery(client));
      await pressLogin(browser, text, { action: "oidc" }).expect(503);
    });

    test.each(["token_endpoint", "jwks_uri", "userinfo_endpoint"])(
      "%s off loopback over http is not asked",
      async (name) => {
        provider.metadata[name] = "http://evil.example/x";
        provider.claims = { sub: "1" };
        const answer = await signIn();
        expect(answer.status).toBe(503);
        expect(gateway.log.join("\n")).toContain("neither https nor on this machine");
      },
    );
  });

  test("its document is read again after an hour, not before", async () => {
    const reads = () => provider.asked.filter((path) => path.startsWith("/.well-known/")).length;
    await Promise.all([signIn(), gateway.browser().get("/")]);
    await goToProvider();
    gateway.advance(3_599);
    await goToProvider();
    expect(reads()).toBe(1);
    gateway.advance(1);
    await goToProvider();
    expect(reads()).toBe(2);
  });

  test.each([
    ["client_secret_basic, unless it says otherwise", undefined, true],
    ["client_secret_basic, where it takes both", ["client_secret_post", "client_secret_basic"], true],
    ["client_secret_post, where it takes that alone", ["client_secret_post"], false],
  ])("we authenticate by %s (RFC 8414 2)", async (_what, methods, isBasic) => {
    if (methods) provider.metadata.token_endpoint_auth_methods_supported = methods;
    expect((await signIn()).status).toBe(303);
    const { authorization, form } = provider.exchanges[0] ?? { form: new URLSearchParams() };
    expect([authorization !== undefined, form.has("client_secret")]).toEqual([isBasic, !isBasic]);
  });

  test.each([
    ["login", "login", undefined, "login"],
    ["select_account, where it is known", "select_account", ["login", "select_account"], "select_account"],
    ["select_account, where it is not", "select_account", undefined, "login"],
    ["nothing", undefined, undefined, null],
  ])("a client's prompt is passed on: %s", async (_what, prompt, known, asked) => {
    if (known) provider.metadata.prompt_values_supported = known;
    expect(new URL(await goToProvider({ prompt })).searchParams.get("prompt")).toBe(asked);
  });

  describe("the access that it gives", () => {
    const server = { name: "mcp-time", title: "mcp-time", identifiers: [timeUrl] as [string] };

    /** All the way to tokens, as the gateway is configured; gives them and a way to refresh. */
    async function connect() {
      client = (await register(browser)).client_id;
      const back = await signIn(); // in a browser of its own
      const { access_token, refresh_token } = await completeSignIn(browser, client, back);
      return { claims: claimsOf(access_token), refresh: () => refresh(browser, client, refresh_token) };
    }

    function claimsOf(token: string): Record<string, unknown> {
      return JSON.parse(Buffer.from(`${token.split(".")[1]}`, "base64url").toString());
    }

    test("has no e-mail address in its token, also where that is the person's name (oauth-wire 8)", async () => {
      provider.claims.preferred_username = "jane@corp.example";
      const { claims } = await connect();
      expect(claims.sub).toMatch(/^oidc\|/);
      expect(JSON.stringify(claims)).not.toContain("@");
    });

    test.each([
      ["the list of who may sign in", { allowedUsers: ["hubot@example.com"] }],
      ["the provider", { issuer: "https://another.example/" }],
    ])("ends at the next refresh once %s has changed", async (_what, oidc) => {
      const { refresh } = await connect();
      Object.assign(gateway.ports.config.oidc as object, oidc);
      expect((await refresh().expect(400)).body.error).toBe("invalid_grant");
    });

    test.each([
      ["names them by the name they chose", ["jane"], "error=access_denied"],
      ["names them by their address without the prefix", ["jane@example.com"], "error=access_denied"],
      ["names them with the prefix", ["oidc:jane@example.com"], "/consent"],
    ])("a server's list that %s", async (_what, allowUsers, where) => {
      gateway.ports.resourceServers.servers.splice(0, 9, { ...server, allowUsers });
      const back = await signIn();
      const at = await follow(browser, pathOf(back.headers.location as string));
      expect(at.location ?? "/consent").toContain(where);
    });
  });

  test("no code, state, nonce, verifier, token or secret is logged, also where it goes wrong", async () => {
    await signIn();
    provider.claims.aud = "another-client";
    await signIn();
    provider.answers.set("/userinfo", (res) => res.writeHead(200, { "content-type": "application/json" }).end("{"));
    provider.claims = { sub: "1" };
    await signIn();
    await signIn({ iss: "https://evil.example" });
    const log = gateway.log.join("\n");
    expect(provider.secrets.length).toBeGreaterThan(15);
    for (const secret of [clientSecret, ...provider.secrets]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(log).not.toContain(secret);
    }
  });
});
