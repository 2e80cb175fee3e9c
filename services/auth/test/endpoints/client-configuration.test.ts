import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { type Browser, openTestGateway, redirectUri, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import {
  authorizationQuery,
  connect,
  exchangeForm,
  follow,
  obtainRedirect,
  pathOf,
  type RegisteredClient,
  register,
} from "../fixtures/person.ts";

describe("client configuration (RFC 7592)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let client: RegisteredClient;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  beforeEach(async () => {
    browser = gateway.browser();
    client = await register(browser, { client_name: "Before" });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const bearer = ({ registration_access_token }: RegisteredClient) => `Bearer ${registration_access_token}`;
  const at = ({ registration_client_uri }: RegisteredClient) => pathOf(registration_client_uri);
  const read = (of = client) => browser.get(at(of)).set("Authorization", bearer(of));
  const metadata = { redirect_uris: [redirectUri], token_endpoint_auth_method: "none" };
  const update = (change: object, of = client) =>
    browser
      .put(at(of))
      .set("Authorization", bearer(of))
      .send({ client_id: of.client_id, ...metadata, ...change });

  describe.each(["get", "put", "delete"] as const)("%s", (method) => {
    test.each([
      ["no token", () => undefined, ""],
      ["Basic", () => `Basic ${Buffer.from("a:b").toString("base64")}`, ""],
      ["a wrong token", () => "Bearer wrong", ', error="invalid_token"'],
      ["another client's token", (other: RegisteredClient) => bearer(other), ', error="invalid_token"'],
    ])("with %s is 401, of a known client as of an unknown one", async (_what, authorization, told) => {
      const other = await register(browser);
      const header = authorization(other);
      const answers = [];
      for (const path of [at(client), "/register/client_unknown"]) {
        const request = browser[method](path).send(metadata);
        answers.push(await (header === undefined ? request : request.set("Authorization", header)));
      }
      expect(answers.map(({ status }) => status)).toEqual([401, 401]);
      expect(answers[0]?.body).toEqual(answers[1]?.body);
      for (const { headers } of answers) {
        expect(headers).toMatchObject({
          "www-authenticate": `Bearer realm="register"${told}`,
          "cache-control": "no-store",
          "access-control-allow-origin": "*",
        });
      }
    });
  });

  test("reads the current state, without a secret", async () => {
    const confidential = await register(browser, { token_endpoint_auth_method: "client_secret_post" });
    const { body } = await read(confidential).expect(200);
    const { client_secret, client_secret_expires_at, ...told } = confidential as RegisteredClient & {
      client_secret_expires_at: number;
    };
    expect(client_secret_expires_at).toBe(0);
    expect(body).toEqual(told);
  });

  test("replaces all metadata, and what is left out is gone", async () => {
    const { body } = await update({ redirect_uris: ["https://b.example/cb"], client_uri: "https://b.example" }).expect(
      200,
    );
    expect(body).toMatchObject({ client_id: client.client_id, redirect_uris: ["https://b.example/cb"] });
    expect(body).not.toHaveProperty("client_name");
    expect((await read().expect(200)).body).toEqual(body);
  });

  test.each([
    ["another client_id", { client_id: "other" }, "invalid_client_metadata"],
    ["no client_id", { client_id: undefined }, "invalid_client_metadata"],
    ["registration_access_token", { registration_access_token: "x" }, "invalid_client_metadata"],
    ["registration_client_uri", { registration_client_uri: "https://x.example" }, "invalid_client_metadata"],
    ["client_id_issued_at", { client_id_issued_at: 1 }, "invalid_client_metadata"],
    ["client_secret_expires_at", { client_secret_expires_at: 0 }, "invalid_client_metadata"],
    ["a secret of its own choice", { client_secret: "chosen" }, "invalid_client_metadata"],
    ["a bad redirect URI", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
  ])("an update with %s is refused and changes nothing", async (_what, change, error) => {
    const before = (await read()).body;
    const answer = await update(change).expect(400);
    expect(answer.body.error).toBe(error);
    expect((await read()).body).toEqual(before);
  });

  test("a client that turns confidential is given a secret, one that turns public loses it", async () => {
    const { body } = await update({ token_endpoint_auth_method: "client_secret_basic" }).expect(200);
    expect(body.client_secret).toMatch(/^[\w-]{43}$/);
    const repeated = { token_endpoint_auth_method: "client_secret_post", client_secret: body.client_secret };
    expect((await update(repeated).expect(200)).body).not.toHaveProperty("client_secret");
    await update({}).expect(200);
    const grant = { grant_type: "refresh_token", refresh_token: "x", client_id: client.client_id };
    await browser
      .post("/token")
      .type("form")
      .send({ ...grant, client_secret: body.client_secret })
      .expect(401);
  });

  test("a client that changed its redirect URIs is agreed to anew", async () => {
    const path = authorizationQuery(client.client_id);
    await obtainRedirect(browser, path);
    expect((await follow(browser, path)).location).toContain("code=");
    await update({ redirect_uris: [redirectUri, "https://b.example/cb"] }).expect(200);
    expect((await follow(browser, path)).text).toContain("<form");
  });

  test("deletion ends the client, every grant, and every code", async () => {
    const { client: gone, tokens } = await connect(browser);
    const redirect = await obtainRedirect(browser, authorizationQuery(gone.client_id, { resource: timeUrl }));
    await browser.delete(at(gone)).set("Authorization", bearer(gone)).expect(204);
    await read(gone).expect(401);
    expect(await gateway.ports.store.grants.list()).toEqual([]);
    const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: gone.client_id };
    await browser.post("/token").type("form").send(refresh).expect(401);
    await browser.post("/token").type("form").send(exchangeForm(redirect, gone.client_id)).expect(401);
  });

  test("an update does not prolong a client that is never used", async () => {
    gateway.advance(29 * 86_400);
    await update({}).expect(200);
    gateway.advance(2 * 86_400);
    await read().expect(401);
  });

  test("answers the preflight, and refuses another method", async () => {
    const preflight = await browser.options(at(client)).set("Origin", "https://a.example").expect(204);
    expect(preflight.headers["access-control-allow-methods"]).toBe("GET, PUT, DELETE, OPTIONS");
    expect((await browser.post(at(client)).expect(405)).headers.allow).toBe("GET, PUT, DELETE, OPTIONS");
  });
});

describe("client configuration that rotates (RFC 7592 2.2)", () => {
  const openRotating = () => openTestGateway({}, { registration: { rotate: true } });
  const put = (
    browser: Browser,
    { client_id, registration_client_uri }: RegisteredClient,
    token: string,
    method: string,
  ) =>
    browser
      .put(pathOf(registration_client_uri))
      .set("Authorization", `Bearer ${token}`)
      .send({ client_id, redirect_uris: [redirectUri], token_endpoint_auth_method: method });

  test("answers a change with a new access token, and the old one is dead", async () => {
    await using gateway = await openRotating();
    const browser = gateway.browser();
    const client = await register(browser);
    const { registration_access_token: old } = client;
    const { body } = await put(browser, client, old, "none").expect(200);
    await put(browser, client, old, "none").expect(401);
    await put(browser, client, body.registration_access_token, "none").expect(200);
  });

  test("answers a change with a new secret, and the old one is dead", async () => {
    await using gateway = await openRotating();
    const browser = gateway.browser();
    const client = await register(browser, { token_endpoint_auth_method: "client_secret_post" });
    const { body } = await put(browser, client, client.registration_access_token, "client_secret_post").expect(200);
    const revoke = (client_secret?: string) =>
      browser.post("/revoke").type("form").send({ client_id: client.client_id, client_secret, token: "unknown" });
    await revoke(client.client_secret).expect(401);
    await revoke(body.client_secret).expect(200);
  });

  test("lets one of two changes that come at once win, and the other is 401", async () => {
    await using gateway = await openRotating();
    const client = await register(gateway.browser());
    const { registration_access_token: token } = client;
    const answers = await Promise.all([1, 2].map(() => put(gateway.browser(), client, token, "none")));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const winner = answers.find(({ status }) => status === 200);
    await put(gateway.browser(), client, winner?.body.registration_access_token, "none").expect(200);
  });

  test("leaves both as they are where nobody changes anything", async () => {
    await using gateway = await openRotating();
    const browser = gateway.browser();
    const client = await register(browser);
    const read = browser.get(pathOf(client.registration_client_uri));
    const { body } = await read.set("Authorization", `Bearer ${client.registration_access_token}`).expect(200);
    expect(body.registration_access_token).toBe(client.registration_access_token);
  });
});

describe("client configuration with a software statement (RFC 7591 2.3)", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = { keys: [publicKey.export({ format: "jwk" })] };
  const softwareStatements = [{ issuer: "https://vendor.example", jwks }];
  const sign = (claims: object) =>
    jwt.sign({ iss: "https://vendor.example", redirect_uris: [redirectUri], ...claims }, privateKey, {
      algorithm: "ES256",
    });
  const open = () => openTestGateway({}, { registration: { softwareStatements } });
  const put = (gateway: TestGateway, client: RegisteredClient, change: object) =>
    gateway
      .browser()
      .put(pathOf(client.registration_client_uri))
      .set("Authorization", `Bearer ${client.registration_access_token}`)
      .send({ client_id: client.client_id, token_endpoint_auth_method: "none", ...change });

  test("takes back what a read gave, also after the end of the statement", async () => {
    await using gateway = await open();
    const software_statement = sign({ client_name: "Acme", exp: gateway.ports.clock() + 60 });
    const client = await register(gateway.browser(), { software_statement });
    gateway.advance(3_600);
    const { body } = await put(gateway, client, { client_name: "Bank", software_statement }).expect(200);
    expect(body).toMatchObject({ client_name: "Acme", redirect_uris: [redirectUri], software_statement });
  });

  test("refuses another one that has ended, and changes nothing", async () => {
    await using gateway = await open();
    const exp = gateway.ports.clock() + 60;
    const client = await register(gateway.browser(), { software_statement: sign({ client_name: "Acme", exp }) });
    gateway.advance(3_600);
    const other = { software_statement: sign({ client_name: "Bank", exp }) };
    expect((await put(gateway, client, other).expect(400)).body.error).toBe("invalid_software_statement");
    expect((await gateway.ports.store.clients.find(client.client_id))?.display.client_name).toBe("Acme");
  });

  test("takes another one that is good, or none at all", async () => {
    await using gateway = await open();
    const client = await register(gateway.browser(), { software_statement: sign({ client_name: "Acme" }) });
    const { body } = await put(gateway, client, { software_statement: sign({ client_name: "Acme 2" }) }).expect(200);
    expect(body.client_name).toBe("Acme 2");
    const without = await put(gateway, client, { redirect_uris: [redirectUri] }).expect(200);
    expect(without.body).not.toHaveProperty("software_statement");
  });
});
