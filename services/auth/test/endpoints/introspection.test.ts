import type { Grant } from "@gateway/store";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { digest } from "../../src/digest.ts";
import type { Ports } from "../../src/ports.ts";
import { issueAccessToken } from "../../src/token-issuance.ts";
import { type Browser, issuer, openTestGateway, redirectUri, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import { authorizationQuery, connect, exchangeForm, obtainRedirect, register } from "../fixtures/person.ts";
import { signingClient } from "../fixtures/signing-client.ts";

/** As `openssl rand -base64` makes them. */
const secret = `+/${"s".repeat(32)}=`;
const signer = signingClient();
const clients: Ports["resourceServers"]["clients"] = [
  { clientId: "rs", redirectUris: [], secretDigest: digest(secret), introspect: true },
  { clientId: "https://rs.example/", redirectUris: [], jwks: signer.jwks, introspect: true },
  { clientId: "app", clientName: "Declared", redirectUris: [redirectUri], introspect: false },
  { clientId: "web", redirectUris: [redirectUri], secretDigest: digest(secret), introspect: false },
];

describe("introspection (RFC 7662)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await openTestGateway({}, { clients });
  });
  beforeEach(() => {
    browser = gateway.browser();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const introspect = (form: object) => browser.post("/introspect").type("form").send(form);
  const asked = (token: string) => introspect({ token, client_id: "rs", client_secret: secret });
  const basicOf = (shown: string) => `Basic ${Buffer.from(`rs:${shown}`).toString("base64")}`;
  const basic = basicOf(secret);

  test.each([
    ["form-encoded", encodeURIComponent(secret), 200],
    ["as it is", secret, 200],
    ["encoded twice", encodeURIComponent(encodeURIComponent(secret)), 401],
    ["with a space for its plus", secret.replace("+", " "), 401],
  ])("takes a secret by Basic %s: %s", async (_what, shown, status) => {
    await introspect({ token: "x" }).set("Authorization", basicOf(shown)).expect(status);
  });

  test("tells a resource server what an active token is for", async () => {
    const { tokens, client } = await connect(browser);
    const answer = await introspect({ token: tokens.access_token }).set("Authorization", basic).expect(200);
    expect(answer.body).toEqual({
      active: true,
      iss: issuer,
      sub: "local|alice",
      aud: timeUrl,
      exp: 1_800_003_600,
      iat: 1_800_000_000,
      nbf: 1_800_000_000,
      jti: expect.any(String),
      client_id: client.client_id,
      scope: "mcp",
      token_type: "Bearer",
      username: "alice",
    });
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("knows a membership that the grant rests on, as /verify does", async () => {
    const allowed = { allowUsers: [], allowOrgs: ["acme"] };
    const servers = gateway.ports.resourceServers.servers.map((server) => ({ ...server, ...allowed }));
    await using own = await openTestGateway({}, { clients, servers });
    const { store, clock } = own.ports;
    const memberships = { orgs: ["acme"], teams: [], askedAt: clock() };
    const grant = { clientId: "app", resource: timeUrl, scope: "mcp", authTime: clock(), createdAt: clock() };
    const ask = async (grantId: string, user: Grant["user"]) => {
      const kept = { ...grant, grantId, user, expiresAt: clock() + 3_600 };
      await store.grants.create(kept, undefined);
      const { accessToken: token } = await issueAccessToken(own.ports, kept);
      const form = { token, client_id: "rs", client_secret: secret };
      return (await own.browser().post("/introspect").type("form").send(form).expect(200)).body.active;
    };
    const user = { sub: "local|alice", login: "alice" };
    expect(await ask("member", { ...user, memberships })).toBe(true);
    expect(await ask("stranger", user)).toBe(false);
  });

  test("is asked with an assertion too", async () => {
    const { tokens } = await connect(browser);
    const proof = signer.assertion("https://rs.example/", gateway.ports.clock());
    const answer = await introspect({ token: tokens.access_token, ...proof }).expect(200);
    expect(answer.body.active).toBe(true);
  });

  test.each([
    ["nothing", {}],
    ["a wrong secret", { client_id: "rs", client_secret: "x" }],
    ["an id alone", { client_id: "rs" }],
    ["a declared client that may not ask", { client_id: "web", client_secret: secret }],
    ["a public client", { client_id: "app" }],
  ])("is refused to %s, whatever the token is", async (_what, credentials) => {
    const { tokens } = await connect(browser);
    const answers = [];
    for (const token of [tokens.access_token, "x"]) answers.push(await introspect({ token, ...credentials }));
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(answers.map(({ body }) => body.error)).toEqual(["invalid_client", "invalid_client"]);
  });

  test("is refused to a client that registered itself", async () => {
    const client = await register(browser, { token_endpoint_auth_method: "client_secret_post" });
    await introspect({ token: "x", client_id: client.client_id, client_secret: client.client_secret }).expect(401);
  });

  test.each([
    ["garbage", async () => "x"],
    ["a refresh token", async () => (await connect(browser)).tokens.refresh_token],
    [
      "a token with a changed signature",
      async () => `${(await connect(browser)).tokens.access_token.slice(0, -4)}AAAA`,
    ],
    [
      "a revoked token",
      async () => {
        const { tokens, client } = await connect(browser);
        await browser
          .post("/revoke")
          .type("form")
          .send({ token: tokens.access_token, client_id: client.client_id })
          .expect(200);
        return tokens.access_token;
      },
    ],
    [
      "a token of a grant that ended",
      async () => {
        const { tokens, client } = await connect(browser);
        await browser
          .post("/revoke")
          .type("form")
          .send({ token: tokens.refresh_token, client_id: client.client_id })
          .expect(200);
        return tokens.access_token;
      },
    ],
    [
      "a token of a user who may not sign in any more",
      async () => {
        const sub = "local|carol";
        const { tokens } = await connect(browser);
        const grant = (await gateway.ports.store.grants.list()).at(-1);
        expect(tokens.access_token).toBeDefined();
        const user = { sub, login: "carol" };
        const carols = { ...(grant as NonNullable<typeof grant>), grantId: "carols", user };
        await gateway.ports.store.grants.create(carols, undefined);
        return (await issueAccessToken(gateway.ports, carols)).accessToken;
      },
    ],
  ])("%s is not active, and no more is said", async (_what, make) => {
    const answer = await asked(await make()).expect(200);
    expect(answer.body).toEqual({ active: false });
  });

  test("a token past its end is not active, without any skew", async () => {
    await using own = await openTestGateway({}, { clients });
    const { tokens } = await connect(own.browser());
    own.advance(3_600);
    const form = { token: tokens.access_token, client_id: "rs", client_secret: secret };
    const answer = await own.browser().post("/introspect").type("form").send(form).expect(200);
    expect(answer.body).toEqual({ active: false });
  });

  test("no token is invalid_request, and GET is no way to ask", async () => {
    const answer = await asked("").expect(400);
    expect(answer.body.error).toBe("invalid_request");
    expect((await browser.get("/introspect?token=x").expect(405)).headers.allow).toBe("POST");
  });
});

describe("a client declared in gateway.json", () => {
  test("signs people in without registering, and its name is shown", async () => {
    await using gateway = await openTestGateway({}, { clients, registration: false });
    const browser = gateway.browser();
    const redirect = await obtainRedirect(browser, authorizationQuery("app"));
    const answer = await browser.post("/token").type("form").send(exchangeForm(redirect, "app")).expect(200);
    expect(answer.body).toMatchObject({ refresh_token: expect.any(String) });
  });

  test("proves itself by its secret", async () => {
    await using gateway = await openTestGateway({}, { clients });
    const browser = gateway.browser();
    const redirect = await obtainRedirect(browser, authorizationQuery("web"));
    const form = exchangeForm(redirect, "web");
    await browser.post("/token").type("form").send(form).expect(401);
    await browser
      .post("/token")
      .type("form")
      .send({ ...form, client_secret: secret })
      .expect(200);
  });

  test("that is a mere resource server asks nobody to sign in", async () => {
    await using gateway = await openTestGateway({}, { clients });
    await gateway.browser().get(authorizationQuery("rs")).expect(400);
  });
});

test("where registration is switched off, the endpoint is gone from the metadata and from the address", async () => {
  await using gateway = await openTestGateway({}, { registration: false });
  const browser = gateway.browser();
  const { body } = await browser.get("/.well-known/oauth-authorization-server").set("Host", "localhost:8080");
  expect(body).toHaveProperty("token_endpoint");
  expect(body).not.toHaveProperty("registration_endpoint");
  await browser
    .post("/register")
    .send({ redirect_uris: [redirectUri] })
    .expect(404);
});
