import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Browser, openTestGateway, redirectUri, type TestGateway } from "../fixtures/gateway.ts";
import { authorizationQuery, exchangeForm, obtainRedirect, register } from "../fixtures/person.ts";
import { signingClient } from "../fixtures/signing-client.ts";

describe("private_key_jwt (RFC 7523 2.2)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  const signer = signingClient();
  let clientId: string;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  beforeEach(async () => {
    browser = gateway.browser();
    const client = await register(browser, { token_endpoint_auth_method: "private_key_jwt", jwks: signer.jwks });
    expect(client).not.toHaveProperty("client_secret");
    expect(client).toMatchObject({ jwks: signer.jwks });
    clientId = client.client_id;
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const post = (form: object) => browser.post("/token").type("form").send(form);
  const refresh = { grant_type: "refresh_token", refresh_token: "x" };
  const proof = (change: object = {}) => signer.assertion(clientId, gateway.ports.clock(), change);

  test.each([
    ["no jwks", {}],
    ["a private key", { jwks: { keys: [{ kty: "oct", k: "x" }] } }],
  ])("is not registered with %s", async (_what, keys) => {
    const metadata = { redirect_uris: [redirectUri], token_endpoint_auth_method: "private_key_jwt", ...keys };
    const answer = await browser.post("/register").send(metadata).expect(400);
    expect(answer.body.error).toBe("invalid_client_metadata");
  });

  test("exchanges a code, refreshes and revokes, each with an assertion of its own", async () => {
    const redirect = await obtainRedirect(browser, authorizationQuery(clientId));
    const { body } = await post({ ...exchangeForm(redirect, clientId), ...proof() }).expect(200);
    const renewal = { ...refresh, refresh_token: body.refresh_token, ...proof() };
    const { body: renewed } = await post(renewal).expect(200);
    await browser
      .post("/revoke")
      .type("form")
      .send({ token: renewed.refresh_token, ...proof() })
      .expect(200);
    expect(await gateway.ports.store.grants.list()).toEqual([]);
  });

  test("an assertion is good once", async () => {
    const form = { ...refresh, ...proof() };
    await post(form).expect(400); // beyond authentication, the token is what is wrong
    const again = await post(form).expect(401);
    expect(again.body.error).toBe("invalid_client");
    expect(again.headers["www-authenticate"]).toBeUndefined();
  });

  test.each([
    ["another client's assertion", () => signingClient().assertion(clientId, gateway.ports.clock()), 401],
    ["an expired assertion", () => proof({ exp: 1_700_000_000 }), 401],
    ["another assertion type", () => ({ ...proof(), client_assertion_type: "saml" }), 401],
    ["no assertion type", () => ({ ...proof(), client_assertion_type: "" }), 401],
    ["no assertion", () => ({ client_id: clientId }), 401],
    ["a secret", () => ({ client_id: clientId, client_secret: "x" }), 401],
    ["an assertion and a secret", () => ({ ...proof(), client_secret: "x" }), 400],
    ["another client_id beside it", () => ({ ...proof(), client_id: "client_other" }), 401],
  ])("is not proven by %s", async (_what, shown, status) => {
    await post({ ...refresh, ...shown() }).expect(status);
  });

  test("a client that registered another way cannot turn to an assertion", async () => {
    const { client_id } = await register(browser);
    await post({ ...refresh, ...signer.assertion(client_id, gateway.ports.clock()) }).expect(401);
  });

  test("a store that is gone is an outage, not a wrong client", async () => {
    await using broken = await openTestGateway();
    const { client_id } = await register(broken.browser(), {
      token_endpoint_auth_method: "private_key_jwt",
      jwks: signer.jwks,
    });
    await broken.ports.store.close();
    const form = { ...refresh, ...signer.assertion(client_id, broken.ports.clock()) };
    await broken.browser().post("/token").type("form").send(form).expect(503);
  });
});
