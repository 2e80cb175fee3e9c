import { StoreUnavailable } from "@gateway/store";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import supertest from "supertest";
import { createApp } from "../../src/app.ts";
import {
  type Browser,
  issuer,
  memoryUrl,
  openTestGateway,
  redirectUri,
  type TestGateway,
  timeUrl,
} from "../fixtures/gateway.ts";
import { authorizationQuery, connect, exchangeForm, obtainRedirect, register, signIn } from "../fixtures/person.ts";

describe("the token endpoint", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let client: { client_id: string; client_secret?: string };
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  beforeEach(async () => {
    browser = gateway.browser();
    client = await register(browser);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const post = (form: object | string) => browser.post("/token").type("form").send(form);
  const authorize = (change = {}) => obtainRedirect(browser, authorizationQuery(client.client_id, change));
  const isAlive = async (accessToken: string) =>
    (await gateway.ports.store.grants.find((jwt.decode(accessToken) as { sid: string }).sid)) !== undefined;
  const grantOf = (accessToken: string) => {
    const { sid, jti } = jwt.decode(accessToken) as { sid: string; jti: string };
    return gateway.ports.store.grants.ofAccessToken(sid, jti);
  };

  test.each([
    ["no grant_type", {}, "invalid_request"],
    ["an unknown grant", { grant_type: "password" }, "unsupported_grant_type"],
    ["a name of Object.prototype", { grant_type: "constructor" }, "unsupported_grant_type"],
    ["no code", { grant_type: "authorization_code" }, "invalid_request"],
    ["an unknown code", { grant_type: "authorization_code", code: "x" }, "invalid_grant"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
    ["an unknown refresh token", { grant_type: "refresh_token", refresh_token: "x" }, "invalid_grant"],
  ])("%s: %j", async (_what, form, error) => {
    const answer = await post({ client_id: client.client_id, ...form }).expect(400);
    expect(answer.body).toEqual({ error, error_description: expect.any(String) });
    expect(answer.headers).toMatchObject({
      "cache-control": "no-store",
      pragma: "no-cache",
      "access-control-allow-origin": "*",
    });
  });

  test.each([
    ["JSON", "application/json", '{"grant_type":"refresh_token"}', 400],
    ["another media type", "text/plain", "grant_type=refresh_token", 400],
    ["a parameter given twice", "application/x-www-form-urlencoded", "grant_type=a&grant_type=b", 400],
    ["broken percent-encoding", "application/x-www-form-urlencoded", "grant_type=%zz%", 400],
    ["more than 16 KiB", "application/x-www-form-urlencoded", `x=${"y".repeat(17_000)}`, 413],
    ["a thousand parameters", "application/x-www-form-urlencoded", "x&".repeat(1_000), 413],
    ["an unknown charset", "application/x-www-form-urlencoded; charset=utf-7", "a=b", 415],
  ])("%s is the caller's mistake, told in JSON", async (_what, type, body, status) => {
    const answer = await browser.post("/token").set("Content-Type", type).send(body).expect(status);
    expect(answer.body.error).toMatch(/^(invalid_request|unsupported_grant_type)$/);
  });

  describe("client authentication", () => {
    const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
    const grant = { grant_type: "refresh_token", refresh_token: "x" };

    test("an unknown client is invalid_client, without a challenge", async () => {
      const answer = await post({ ...grant, client_id: "nobody" }).expect(401);
      expect(answer.body.error).toBe("invalid_client");
      expect(answer.headers["www-authenticate"]).toBeUndefined();
    });

    test("a wrong secret by Basic is challenged", async () => {
      const answer = await post(grant).set("Authorization", basic("nobody", "x")).expect(401);
      expect(answer.headers["www-authenticate"]).toBe('Basic realm="token"');
    });

    test("a confidential client must show its secret, by Basic or by post", async () => {
      const { client_id, client_secret = "" } = await register(browser, {
        token_endpoint_auth_method: "client_secret_basic",
      });
      await post({ ...grant, client_id }).expect(401);
      await post({ ...grant, client_id, client_secret: "wrong" }).expect(401);
      // Beyond authentication, the token is what is wrong.
      await post({ ...grant, client_id, client_secret }).expect(400);
      await post(grant).set("Authorization", basic(client_id, client_secret)).expect(400);
    });

    test("a public client may send an empty secret, and no other", async () => {
      await post({ ...grant, client_id: client.client_id, client_secret: "" }).expect(400);
      await post({ ...grant, client_id: client.client_id, client_secret: "x" }).expect(401);
    });

    test("two methods at once are invalid_request", async () => {
      const both = { ...grant, client_id: client.client_id, client_secret: "x" };
      const answer = await post(both).set("Authorization", basic(client.client_id, "x")).expect(400);
      expect(answer.body.error).toBe("invalid_request");
    });

    test("a grant that the client is not registered for is unauthorized_client", async () => {
      const { client_id } = await register(browser, { grant_types: ["authorization_code"] });
      const answer = await post({ ...grant, client_id }).expect(400);
      expect(answer.body.error).toBe("unauthorized_client");
    });

    test("a cookie is no authentication here", async () => {
      await signIn(browser);
      await post(grant).expect(401);
    });
  });

  describe("authorization_code", () => {
    test("gives a token for this server alone, and a refresh token", async () => {
      const answer = await post(exchangeForm(await authorize({ scope: "openid mcp" }), client.client_id)).expect(200);
      expect(answer.body).toEqual({
        access_token: expect.any(String),
        token_type: "Bearer",
        expires_in: 3_600,
        refresh_token: expect.stringMatching(/^[\w-]{43}$/),
        scope: "mcp",
      });
      expect(jwt.decode(answer.body.access_token)).toMatchObject({
        iss: issuer,
        sub: "local|alice",
        aud: timeUrl,
        client_id: client.client_id,
        scope: "mcp",
      });
      expect(answer.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
    });

    test("promises no more life than the token has, however long the store took", async () => {
      const form = exchangeForm(await authorize(), client.client_id);
      const { grants } = gateway.ports.store;
      const create = grants.create.bind(grants);
      grants.create = async (...kept) => {
        await create(...kept);
        gateway.advance(2);
      };
      const { body } = await post(form).expect(200);
      const { exp } = jwt.decode(body.access_token) as { exp: number };
      expect(body.expires_in).toBe(exp - Math.floor(gateway.ports.clock()));
    });

    test("gives no refresh token to a client that did not register for it", async () => {
      client = await register(browser, { grant_types: ["authorization_code"] });
      const answer = await post(
        exchangeForm(await authorize({ scope: "mcp offline_access" }), client.client_id),
      ).expect(200);
      expect(answer.body.refresh_token).toBeUndefined();
      expect(answer.body.scope).toBe("mcp offline_access");
      expect(await isAlive(answer.body.access_token)).toBe(true);
    });

    test.each([
      ["another verifier", { code_verifier: "a".repeat(43) }, "invalid_grant"],
      ["no verifier", { code_verifier: "" }, "invalid_request"],
      ["another redirect_uri", { redirect_uri: "http://127.0.0.1:1/callback" }, "invalid_grant"],
      ["another server", { resource: memoryUrl }, "invalid_target"],
    ])("%s: refused, and the code is spent", async (_what, change, error) => {
      const form = exchangeForm(await authorize(), client.client_id);
      expect((await post({ ...form, ...change }).expect(400)).body.error).toBe(error);
      expect((await post(form).expect(400)).body.error).toBe("invalid_grant");
    });

    test("another client cannot use the code", async () => {
      const other = await register(browser);
      const form = exchangeForm(await authorize(), other.client_id);
      expect((await post(form).expect(400)).body.error).toBe("invalid_grant");
    });

    test("a code is dead after a minute", async () => {
      const form = exchangeForm(await authorize(), client.client_id);
      gateway.advance(61);
      expect((await post(form).expect(400)).body.error).toBe("invalid_grant");
    });

    test("a second use revokes what the first one gave (RFC 6749 4.1.2)", async () => {
      const form = exchangeForm(await authorize(), client.client_id);
      const { body } = await post(form).expect(200);
      await post(form).expect(400);
      expect(await isAlive(body.access_token)).toBe(false);
      const refresh = { grant_type: "refresh_token", client_id: client.client_id, refresh_token: body.refresh_token };
      expect((await post(refresh).expect(400)).body.error).toBe("invalid_grant");
    });

    test("of two at once at most one succeeds", async () => {
      const form = exchangeForm(await authorize(), client.client_id);
      const answers = await Promise.all([post(form), post(form), post(form)]);
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    });

    test("keeps the client for a year from now", async () => {
      await post(exchangeForm(await authorize(), client.client_id)).expect(200);
      gateway.advance(40 * 86_400);
      expect(await gateway.ports.store.clients.find(client.client_id)).toBeDefined();
    });
  });

  describe("refresh_token", () => {
    let tokens: { access_token: string; refresh_token: string };
    beforeEach(async () => {
      ({ client, tokens } = await connect(browser));
    });
    const refresh = (refreshToken: string, change = {}) =>
      post({ grant_type: "refresh_token", client_id: client.client_id, refresh_token: refreshToken, ...change });

    test("gives a new pair, each time", async () => {
      const first = await refresh(tokens.refresh_token).expect(200);
      expect(first.body).toMatchObject({ token_type: "Bearer", expires_in: 3_600, scope: "mcp" });
      expect(first.body.refresh_token).not.toBe(tokens.refresh_token);
      const second = await refresh(first.body.refresh_token).expect(200);
      expect(jwt.decode(second.body.access_token)).toMatchObject({ aud: timeUrl, sub: "local|alice" });
    });

    test("five at once all get the same pair", async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(tokens.refresh_token)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(1);
      await refresh(answers[0]?.body.refresh_token).expect(200);
    });

    test("a repeat within the grace says how long the token still lives", async () => {
      await refresh(tokens.refresh_token).expect(200);
      gateway.advance(30);
      expect((await refresh(tokens.refresh_token).expect(200)).body.expires_in).toBe(3_570);
    });

    test.each([
      ["after the grace", 61, 0],
      ["once the successor was used", 1, 1],
    ])("a replay %s ends the family", async (_what, seconds, uses) => {
      const { body } = await refresh(tokens.refresh_token).expect(200);
      const newest = uses === 0 ? body : (await refresh(body.refresh_token).expect(200)).body;
      gateway.advance(seconds);
      expect((await refresh(tokens.refresh_token).expect(400)).body.error).toBe("invalid_grant");
      expect((await refresh(newest.refresh_token).expect(400)).body.error).toBe("invalid_grant");
      expect(await isAlive(newest.access_token)).toBe(false);
      const replays = gateway.log.filter((line) => line.includes('"event":"refresh token replayed"'));
      expect(replays.at(-1)).toContain('"answer":"revoke"');
      expect(replays.join()).not.toContain(tokens.refresh_token);
    });

    test("a replay is refused and ends nothing where the operator chose that", async () => {
      await using own = await openTestGateway({}, { refreshReuse: "reject" });
      const person = own.browser();
      const { tokens: first, client: other } = await connect(person);
      const refreshOther = (refresh_token: string) =>
        person
          .post("/token")
          .type("form")
          .send({ grant_type: "refresh_token", client_id: other.client_id, refresh_token });
      const { body } = await refreshOther(first.refresh_token).expect(200);
      own.advance(61);
      expect((await refreshOther(first.refresh_token).expect(400)).body.error).toBe("invalid_grant");
      await refreshOther(body.refresh_token).expect(200);
    });

    test("another client gets nothing, and nothing is revoked", async () => {
      const other = await register(browser);
      expect((await refresh(tokens.refresh_token, { client_id: other.client_id }).expect(400)).body.error).toBe(
        "invalid_grant",
      );
      await refresh(tokens.refresh_token).expect(200);
    });

    test.each([
      ["another server", { resource: memoryUrl }, "invalid_target"],
      ["an unknown resource", { resource: "https://evil.example/mcp" }, "invalid_target"],
    ])("%s is refused, and the token is not used up", async (_what, change, error) => {
      expect((await refresh(tokens.refresh_token, change).expect(400)).body.error).toBe(error);
      await refresh(tokens.refresh_token, { scope: "mcp", resource: `${timeUrl}/` }).expect(200);
    });

    test("an idle token dies after 30 days", async () => {
      gateway.advance(2_592_001);
      expect((await refresh(tokens.refresh_token).expect(400)).body.error).toBe("invalid_grant");
    });

    test("a family ends after 90 days, however much it is used", async () => {
      let { refresh_token } = tokens;
      for (let days = 0; days < 80; days += 20) {
        gateway.advance(20 * 86_400);
        refresh_token = (await refresh(refresh_token).expect(200)).body.refresh_token;
      }
      gateway.advance(10 * 86_400);
      expect((await refresh(refresh_token).expect(400)).body.error).toBe("invalid_grant");
    });

    test("asks again whether the user is still allowed", async () => {
      const { config } = gateway.ports;
      const without = createApp({ ...gateway.ports, config: { ...config, localLogin: { users: ["bob"] } } });
      const form = { grant_type: "refresh_token", client_id: client.client_id, refresh_token: tokens.refresh_token };
      const answer = await supertest(without).post("/token").type("form").send(form).expect(400);
      expect(answer.body.error).toBe("invalid_grant");
    });

    test("an outage of the store is 503, never invalid_grant", async () => {
      const lost = () => Promise.reject(new StoreUnavailable("gone"));
      const store = { ...gateway.ports.store, grants: { ...gateway.ports.store.grants, ofRefreshToken: lost } };
      const form = { grant_type: "refresh_token", client_id: client.client_id, refresh_token: tokens.refresh_token };
      const answer = await supertest(createApp({ ...gateway.ports, store }))
        .post("/token")
        .type("form")
        .send(form)
        .expect(503);
      expect(answer.body.error).toBe("temporarily_unavailable");
      expect(answer.headers["retry-after"]).toBe("5");
      expect(answer.headers["access-control-allow-origin"]).toBe("*");
    });
  });

  describe("revocation (RFC 7009)", () => {
    const revoke = (form: object) => browser.post("/revoke").type("form").send(form);

    test("of a refresh token ends the grant with its access tokens", async () => {
      const { client, tokens } = await connect(browser);
      const answer = await revoke({ client_id: client.client_id, token: tokens.refresh_token }).expect(200);
      expect(answer.text).toBe("");
      expect(await isAlive(tokens.access_token)).toBe(false);
    });

    test("of an access token ends it alone, whatever the hint says", async () => {
      const { client, tokens } = await connect(browser);
      const form = { client_id: client.client_id, token: tokens.access_token, token_type_hint: "refresh_token" };
      await revoke(form).expect(200);
      expect(await grantOf(tokens.access_token)).toBeUndefined();
      expect(await isAlive(tokens.access_token)).toBe(true);
    });

    test("by another client is refused, and nothing ends", async () => {
      const { tokens } = await connect(browser);
      const other = await register(browser);
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        const answer = await revoke({ client_id: other.client_id, token }).expect(400);
        expect(answer.body.error).toBe("unauthorized_client");
      }
      expect(await grantOf(tokens.access_token)).toBeDefined();
      expect(await isAlive(tokens.access_token)).toBe(true);
    });

    test.each(["garbage", "a.b.c", "\u0000", "x".repeat(10_000)])("of %j is 200 too", async (token) => {
      await revoke({ client_id: client.client_id, token }).expect(200);
    });

    test("of an access token that has expired is 200 too, whoever asks", async () => {
      await using own = await openTestGateway();
      const other = own.browser();
      const [{ tokens }, stranger] = [await connect(other), await register(other)];
      own.advance(3_631);
      const form = { client_id: stranger.client_id, token: tokens.access_token };
      await other.post("/revoke").type("form").send(form).expect(200);
    });

    test("of a refresh token that was used already ends its family", async () => {
      const { client, tokens } = await connect(browser);
      const used = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: client.client_id };
      await post(used).expect(200);
      await revoke({ client_id: client.client_id, token: tokens.refresh_token }).expect(200);
      expect(await isAlive(tokens.access_token)).toBe(false);
    });

    test("a hint that nobody knows is no reason to refuse (RFC 7009 2.1)", async () => {
      const { client, tokens } = await connect(browser);
      const form = { client_id: client.client_id, token: tokens.refresh_token, token_type_hint: "urn:example:other" };
      await revoke(form).expect(200);
      expect(await isAlive(tokens.access_token)).toBe(false);
    });

    test("by a confidential client without its secret is refused, and nothing ends", async () => {
      const { client, tokens } = await connect(browser);
      const { store } = gateway.ports;
      const kept = await store.clients.find(client.client_id);
      if (kept === undefined) throw new Error("not registered");
      const confidential = { ...kept, tokenEndpointAuthMethod: "client_secret_post", secretDigest: "x" } as const;
      expect(await store.clients.replace(confidential, kept.registrationTokenDigest)).toBe(true);
      for (const proof of [{}, { client_secret: "wrong" }]) {
        const answer = await revoke({ client_id: client.client_id, token: tokens.refresh_token, ...proof }).expect(401);
        expect(answer.body.error).toBe("invalid_client");
      }
      expect(await isAlive(tokens.access_token)).toBe(true);
    });

    test("while the store is away is 503, so that the client tries again (RFC 7009 2.2.1)", async () => {
      const lost = () => Promise.reject(new StoreUnavailable("gone"));
      const store = { ...gateway.ports.store, grants: { ...gateway.ports.store.grants, ofRefreshToken: lost } };
      const answer = await supertest(createApp({ ...gateway.ports, store }))
        .post("/revoke")
        .type("form")
        .send({ client_id: client.client_id, token: "x" })
        .expect(503);
      expect(answer.headers["retry-after"]).toBe("5");
    });

    test("needs a token and a client", async () => {
      await revoke({ client_id: client.client_id }).expect(400);
      await revoke({ token: "x" }).expect(401);
    });
  });
});

test("redirect URIs, secrets and tokens never reach the log", async () => {
  await using gateway = await openTestGateway();
  const browser = gateway.browser();
  const { redirect, tokens } = await connect(browser, { redirect_uris: [redirectUri] });
  const log = gateway.log.join("\n");
  for (const secret of [redirect.searchParams.get("code"), tokens.access_token, tokens.refresh_token]) {
    expect(log).not.toContain(secret);
  }
});

describe("requests for tokens", () => {
  const ask = ({ browser }: TestGateway, address: string) =>
    browser()
      .post("/token")
      .set("X-Forwarded-For", `9.9.9.9, ${address}`)
      .type("form")
      .send({ grant_type: "refresh_token", refresh_token: "x", client_id: "unknown" });

  test("are limited per address, and beyond it is no error on which a client drops what it has", async () => {
    await using gateway = await openTestGateway({ tokenRateLimit: 2 });
    for (let times = 0; times < 2; times += 1) await ask(gateway, "192.0.2.1").expect(401);
    const refused = await ask(gateway, "192.0.2.1").expect(429);
    expect(refused.body.error).toBe("too_many_requests");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.headers).toMatchObject({ "cache-control": "no-store", "access-control-allow-origin": "*" });
    await ask(gateway, "192.0.2.2").expect(401);
  });

  test("are limited for all addresses together", async () => {
    await using gateway = await openTestGateway({ tokenRateLimit: 1 });
    const statuses: number[] = [];
    for (let host = 1; host <= 12; host += 1) statuses.push((await ask(gateway, `192.0.2.${host}`)).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });
});
