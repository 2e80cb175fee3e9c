import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { openTestGateway, redirectUri, type TestGateway } from "../fixtures/gateway.ts";
import { authorizationQuery, follow, hiddenFields, register, signIn } from "../fixtures/person.ts";

const answeredAt = "https://app.example/callback";
const vendor = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
const clients = [
  { clientId: "declared", clientName: "Wiki", redirectUris: [answeredAt, redirectUri], introspect: false },
];
const softwareStatements = [
  { issuer: "https://vendor.example", jwks: { keys: [vendor.publicKey.export({ format: "jwk" })] } },
];
const statementOf = (claims: object, key = vendor.privateKey) =>
  jwt.sign({ iss: "https://vendor.example", redirect_uris: [answeredAt], ...claims }, key, { algorithm: "ES256" });

describe("whose word there is for a client's name", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway({}, { clients, registration: { softwareStatements } });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const registered = async (metadata: object) =>
    (await register(gateway.browser(), { client_name: "Wiki", redirect_uris: [answeredAt], ...metadata })).client_id;
  const shown = async (clientId: string, redirect_uri = answeredAt) =>
    (await follow(gateway.browser(), authorizationQuery(clientId, { redirect_uri }))).text;

  test("its own: unverified", async () => {
    const text = await shown(await registered({}));
    for (const part of ["Wiki", ">unverified<", "chose its name itself"]) expect(text).toContain(part);
  });

  test("the operator's: declared, and nothing is said of its own word", async () => {
    const text = await shown("declared");
    for (const part of ["Wiki", ">declared by the operator<", "has declared this application"])
      expect(text).toContain(part);
    expect(text).not.toMatch(/unverified|chose its name/);
  });

  test("the operator's: of a program on this computer nobody knows which one it is all the same", async () => {
    expect(await shown("declared", redirectUri)).toContain("Nobody has checked which one");
  });

  test("an approved issuer's: named by it", async () => {
    const text = await shown(await registered({ software_statement: statementOf({ client_name: "Wiki" }) }));
    for (const part of [">named by https://vendor.example<", "what https://vendor.example calls this software"])
      expect(text).toContain(part);
    expect(text).not.toMatch(/unverified|chose its name/);
  });

  test("an approved issuer's, also after the statement's end", async () => {
    const software_statement = statementOf({ client_name: "Wiki", exp: gateway.ports.clock() + 60 });
    const clientId = await registered({ software_statement });
    gateway.advance(3_600);
    expect(await shown(clientId)).toContain(">named by https://vendor.example<");
  });

  test("its own, where the statement says nothing of the name", async () => {
    const text = await shown(await registered({ software_statement: statementOf({}) }));
    for (const part of [">unverified<", "chose its name itself"]) expect(text).toContain(part);
  });

  test("its own, where nobody approves the statement any more", async () => {
    const { store } = gateway.ports;
    const known = await store.clients.find(await registered({}));
    if (known === undefined) throw new Error("not registered");
    const software_statement = statementOf({ client_name: "Wiki" }, stranger.privateKey);
    const client = { ...known, clientId: "client_of_old", display: { client_name: "Wiki", software_statement } };
    await store.clients.register(client);
    expect(await shown("client_of_old")).toContain(">unverified<");
  });

  test("is told on the consent page and to who enters a device's code too", async () => {
    const browser = gateway.browser();
    await signIn(browser);
    const { text } = await follow(browser, authorizationQuery("declared", { redirect_uri: answeredAt }));
    expect(text).toContain("Allow <bdi");
    expect(text).toContain(">declared by the operator<");
    const form = { client_id: "declared" };
    const { body } = await browser.post("/device_authorization").type("form").send(form).expect(200);
    const entry = hiddenFields((await browser.get("/device").expect(200)).text);
    const page = await browser
      .post("/device")
      .type("form")
      .send({ ...entry, user_code: body.user_code });
    expect(page.text).toContain(">declared by the operator<");
  });
});
