import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { digest } from "../../src/digest.ts";
import { issuer, openTestGateway, redirectUri, type TestGateway } from "../fixtures/gateway.ts";
import { connect, register } from "../fixtures/person.ts";

describe("dynamic client registration (RFC 7591)", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each([
    ["JSON that breaks off", "application/json", '{"redirect_uris":', 400, "invalid_client_metadata"],
    ["null", "application/json", "null", 400, "invalid_client_metadata"],
    ["a list", "application/json", "[]", 400, "invalid_client_metadata"],
    ["no body", "application/json", "", 400, "invalid_client_metadata"],
    ["a form", "application/x-www-form-urlencoded", "redirect_uris=x", 400, "invalid_client_metadata"],
    ["a bad redirect URI", "application/json", '{"redirect_uris":["ftp://x/"]}', 400, "invalid_redirect_uri"],
    ["more than 16 KiB", "application/json", `{"x":"${"y".repeat(17_000)}"}`, 413, "invalid_request"],
    ["an unknown charset", "application/json; charset=x-unknown", "{}", 415, "invalid_request"],
    [
      "an unknown prototype",
      "application/json",
      '{"__proto__":{"redirect_uris":["https://a/"]}}',
      400,
      "invalid_client_metadata",
    ],
  ])("answers %s with JSON", async (_what, type, body, status, error) => {
    const answer = await gateway.browser().post("/register").set("Content-Type", type).send(body).expect(status);
    expect(answer.body).toEqual({ error, error_description: expect.any(String) });
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "access-control-allow-origin": "*" });
  });

  test("gives a public client no secret", async () => {
    const answer = await gateway
      .browser()
      .post("/register")
      .send({
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "none",
        client_name: "Inspector",
        unknown_member: 1,
      });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      client_id: expect.stringMatching(/^client_[\w-]{22}$/),
      client_id_issued_at: 1_800_000_000,
      registration_client_uri: expect.stringContaining(`${issuer}/register/client_`),
      registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
      client_name: "Inspector",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    });
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "access-control-allow-origin": "*" });
  });

  test("gives a confidential client a secret once, and keeps only its digest", async () => {
    const client = await register(gateway.browser(), { token_endpoint_auth_method: "client_secret_basic" });
    expect(client).toMatchObject({ client_secret: expect.stringMatching(/^[\w-]{43}$/), client_secret_expires_at: 0 });
    const kept = await gateway.ports.store.clients.find(client.client_id);
    expect(JSON.stringify(kept)).not.toContain(client.client_secret);
    expect(JSON.stringify(kept)).not.toContain(client.registration_access_token);
  });

  test("forgets a client that was never used after 30 days", async () => {
    const { client_id } = await register(gateway.browser());
    gateway.advance(30 * 86_400 + 1);
    expect(await gateway.ports.store.clients.find(client_id)).toBeUndefined();
  });

  test("answers the preflight without anything else", async () => {
    const answer = await gateway.browser().options("/register").set("Origin", "https://a.example").expect(204);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "POST, OPTIONS",
      "access-control-max-age": "7200",
    });
    expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
  });

  test("refuses another method", async () => {
    const answer = await gateway.browser().get("/register").expect(405);
    expect(answer.headers.allow).toBe("POST, OPTIONS");
  });
});

describe("how long a client is kept (decision 19)", () => {
  const exists = async ({ ports }: TestGateway, { client_id }: { client_id: string }) =>
    (await ports.store.clients.find(client_id)) !== undefined;

  test("that is used: CLIENT_LIFETIME from its last use on", async () => {
    await using gateway = await openTestGateway({ clientLifetime: 1_000 });
    const browser = gateway.browser();
    const { client, tokens } = await connect(browser);
    gateway.advance(999);
    const refresh = { grant_type: "refresh_token", client_id: client.client_id, refresh_token: tokens.refresh_token };
    await browser.post("/token").type("form").send(refresh).expect(200);
    gateway.advance(999);
    expect(await exists(gateway, client)).toBe(true);
    gateway.advance(1);
    expect(await exists(gateway, client)).toBe(false);
  });

  test("with 0: for ever once used, and 30 days if never", async () => {
    await using gateway = await openTestGateway({ clientLifetime: 0 });
    const { client: used } = await connect(gateway.browser());
    const unused = await register(gateway.browser());
    gateway.advance(30 * 86_400);
    expect(await exists(gateway, unused)).toBe(false);
    gateway.advance(20 * 365 * 86_400);
    expect(await exists(gateway, used)).toBe(true);
  });
});

test("is limited per address, and says when to come back", async () => {
  await using gateway = await openTestGateway({ registrationRateLimit: 2 });
  const post = (address: string) =>
    gateway
      .browser()
      .post("/register")
      .set("X-Forwarded-For", `9.9.9.9, ${address}`)
      .send({ redirect_uris: [redirectUri] });
  await post("192.0.2.1").expect(201);
  await post("192.0.2.1").expect(201);
  const refused = await post("192.0.2.1").expect(429);
  expect(refused.body.error).toBe("too_many_requests");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  await post("192.0.2.2").expect(201);
});

test("behind a balancer is limited per client of it, and a client that goes past it cannot pass for another", async () => {
  await using gateway = await openTestGateway({ registrationRateLimit: 1, proxyHops: 2 });
  const post = (forwardedFor: string) =>
    gateway
      .browser()
      .post("/register")
      .set("X-Forwarded-For", forwardedFor)
      .send({ redirect_uris: [redirectUri] });
  const balancer = "10.0.0.1";
  await post(`192.0.2.1, ${balancer}`).expect(201);
  await post(`9.9.9.9, 192.0.2.1, ${balancer}`).expect(429);
  await post(`192.0.2.2, ${balancer}`).expect(201);
  // Of somebody who is no proxy the edge hands nothing on but their own address.
  await post("192.0.2.3").expect(201);
  await post("192.0.2.3").expect(429);
});

test("is limited for all addresses together", async () => {
  await using gateway = await openTestGateway({ registrationRateLimit: 1 });
  const statuses: number[] = [];
  for (let host = 0; host < 12; host += 1) {
    const answer = await gateway
      .browser()
      .post("/register")
      .set("X-Forwarded-For", `2001:db8:${host}::1`)
      .send({ redirect_uris: [redirectUri] });
    statuses.push(answer.status);
  }
  expect(statuses.filter((status) => status === 201)).toHaveLength(10);
});

test("accepts an application's own scheme where the operator has added it, at an update too", async () => {
  const redirect_uris = ["acme-chat://oauth?package_name=mcp"];
  await using without = await openTestGateway();
  const { body: refused } = await without.browser().post("/register").send({ redirect_uris }).expect(400);
  expect(refused).toMatchObject({
    error: "invalid_redirect_uri",
    error_description: expect.stringContaining("gateway.redirectSchemes"),
  });
  await using gateway = await openTestGateway({}, { redirectSchemes: ["acme-chat"] });
  const { body } = await gateway.browser().post("/register").send({ redirect_uris }).expect(201);
  expect(body).toMatchObject({ redirect_uris });
  await gateway
    .browser()
    .put(`/register/${body.client_id}`)
    .set("Authorization", `Bearer ${body.registration_access_token}`)
    .send({ client_id: body.client_id, redirect_uris: ["acme-chat://other"] })
    .expect(200);
});

describe("registration with an initial access token (RFC 7591 3)", () => {
  const [first, second] = ["first".repeat(8), "second".repeat(8)];
  const registration = { initialAccessTokenDigests: [digest(first), digest(second)] };
  const post = (gateway: TestGateway, authorization?: string) => {
    const request = gateway.browser().post("/register");
    return (authorization === undefined ? request : request.set("Authorization", authorization)).send({
      redirect_uris: [redirectUri],
    });
  };

  test.each([
    ["none", undefined, 'Bearer realm="register"'],
    ["another scheme", `Basic ${Buffer.from(`a:${first}`).toString("base64")}`, 'Bearer realm="register"'],
    ["a wrong one", `Bearer ${first}x`, 'Bearer realm="register", error="invalid_token"'],
    ["two in one header", `Bearer ${first}, Bearer ${second}`, 'Bearer realm="register", error="invalid_token"'],
  ])("refuses whoever shows %s, and says where to get one", async (_what, authorization, challenge) => {
    await using gateway = await openTestGateway({}, { registration });
    const answer = await post(gateway, authorization).expect(401);
    expect(answer.body).toEqual({ error: "invalid_token", error_description: expect.stringContaining("operator") });
    expect(answer.headers).toMatchObject({ "www-authenticate": challenge, "access-control-allow-origin": "*" });
  });

  test.each([first, second])("registers whoever shows one of them", async (token) => {
    await using gateway = await openTestGateway({}, { registration });
    await post(gateway, `Bearer ${token}`).expect(201);
  });

  test("counts those who are refused, so that tokens cannot be tried out", async () => {
    await using gateway = await openTestGateway({ registrationRateLimit: 1 }, { registration });
    await post(gateway, "Bearer wrong").expect(401);
    await post(gateway, `Bearer ${first}`).expect(429);
  });
});

describe("registration with a software statement (RFC 7591 2.3)", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = { keys: [publicKey.export({ format: "jwk" })] };
  const registration = { softwareStatements: [{ issuer: "https://vendor.example", jwks }] };
  const sign = (claims: object) =>
    jwt.sign({ iss: "https://vendor.example", ...claims }, privateKey, { algorithm: "ES256" });
  const post = (gateway: TestGateway, metadata: object) => gateway.browser().post("/register").send(metadata);

  test("takes what the statement says before what the client says, and tells the statement again", async () => {
    await using gateway = await openTestGateway({}, { registration });
    const software_statement = sign({ client_name: "Acme", redirect_uris: [redirectUri] });
    const asked = { client_name: "Bank", redirect_uris: ["https://evil.example/"], software_statement };
    const { body } = await post(gateway, asked).expect(201);
    expect(body).toMatchObject({ client_name: "Acme", redirect_uris: [redirectUri], software_statement });
    const read = gateway.browser().get(new URL(body.registration_client_uri).pathname);
    const { body: state } = await read.set("Authorization", `Bearer ${body.registration_access_token}`).expect(200);
    expect(state).toMatchObject({ client_name: "Acme", software_statement });
  });

  test("holds the statement to the rules of all metadata", async () => {
    await using gateway = await openTestGateway({}, { registration });
    const software_statement = sign({ redirect_uris: ["http://evil.example/"] });
    const { body } = await post(gateway, { redirect_uris: [redirectUri], software_statement }).expect(400);
    expect(body.error).toBe("invalid_redirect_uri");
  });

  test.each([
    ["of an issuer that nobody named", () => sign({ iss: "https://other.example" }), "unapproved_software_statement"],
    ["with a wrong signature", () => `${sign({})}A`, "invalid_software_statement"],
    ["that is no text, and says so", () => ({ iss: "https://vendor.example" }), "invalid_software_statement", /a text/],
    ["that is a number, and says so", () => 0, "invalid_software_statement", /a text/],
  ])("refuses one %s", async (_what, statement, error, told = /software_statement/) => {
    await using gateway = await openTestGateway({}, { registration });
    const answer = await post(gateway, { redirect_uris: [redirectUri], software_statement: statement() }).expect(400);
    expect(answer.body).toEqual({ error, error_description: expect.stringMatching(told) });
  });
});
