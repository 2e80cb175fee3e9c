import { type Grant, StoreUnavailable } from "@gateway/store";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createApp } from "../../src/app.ts";
import type { Ports } from "../../src/ports.ts";
import { memoryUrl, openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import { connect, register } from "../fixtures/person.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

let grants = 0;
/** A grant that lives, and a token of it. */
async function newToken(change: Partial<Grant> = {}) {
  grants += 1;
  const now = gateway.ports.clock();
  const grant: Grant = {
    grantId: `g${grants}`,
    clientId: "c",
    user: { sub: "local|alice", login: "alice" },
    resource: timeUrl,
    scope: "mcp",
    authTime: now,
    createdAt: now,
    expiresAt: now + 3_600,
    ...change,
  };
  await gateway.ports.store.grants.create(grant, undefined);
  return { jti: `j${grants}`, sid: grant.grantId, kid: gateway.ports.keys.current().kid };
}

const post = (body: object, ports: Ports = gateway.ports) =>
  supertest(createApp(ports)).post("/revocations").send(body);
const endedOf = async (tokens: object[], ports?: Ports) =>
  (await post({ resource: timeUrl, tokens }, ports).expect(200)).body.ended as string[];

describe("the question which tokens have ended", () => {
  test.each([
    ["no token list", { resource: timeUrl }],
    ["more tokens than 200", { resource: timeUrl, tokens: Array(201).fill({ jti: "j", sid: "s", kid: "k" }) }],
    ["a token without its grant", { resource: timeUrl, tokens: [{ jti: "j", kid: "k" }] }],
    ["ids that no token has", { resource: timeUrl, tokens: [{ jti: "j".repeat(65), sid: "s", kid: "k" }] }],
    ["a list", []],
  ])("with %s is refused, and says what to send", async (_what, body) => {
    const answer = await post(body).expect(400);
    expect(answer.body).toMatchObject({ error: "invalid_request" });
    expect(answer.body.error_description).toContain('"tokens"');
  });

  test("is refused as a form, beyond 64 KiB, about an unknown server, and by GET", async () => {
    const app = createApp(gateway.ports);
    await supertest(app).post("/revocations").type("form").send({ resource: timeUrl }).expect(400);
    await post({ resource: timeUrl, tokens: [{ jti: "j".repeat(65_536), sid: "s", kid: "k" }] }).expect(413);
    await post({ resource: "https://evil.example/mcp", tokens: [] }).expect(404);
    await supertest(app).get("/revocations").expect(405).expect("Allow", "POST");
  });

  test("while the store is away is 503: nothing is said to have ended", async () => {
    const away = () => Promise.reject(new StoreUnavailable());
    const store = { ...gateway.ports.store, grants: { ...gateway.ports.store.grants, ofAccessToken: away } };
    const tokens = [await newToken()];
    const answer = await post({ resource: timeUrl, tokens }, { ...gateway.ports, store }).expect(503);
    expect(answer.headers["retry-after"]).toBeDefined();
  });

  test("is answered with those that have, of those that were named", async () => {
    const { store } = gateway.ports;
    const [live, ofGrant, itself] = [await newToken(), await newToken(), await newToken()];
    const unknown = { jti: "nobody's", sid: "nobody's", kid: live.kid };
    const tokens = [live, ofGrant, itself, unknown];
    expect(await endedOf(tokens)).toEqual([unknown.jti]);
    await store.grants.revoke(ofGrant.sid);
    await store.grants.revokeAccessToken(itself.jti, gateway.ports.clock() + 60);
    expect(await endedOf(tokens)).toEqual([ofGrant.jti, itself.jti, unknown.jti]);
  });
});

describe("a token has ended", () => {
  test("when its user signed out everywhere", async () => {
    const token = await newToken({ user: { sub: "local|bob", login: "bob" } });
    await gateway.ports.store.grants.revokeUser("local|bob");
    expect(await endedOf([token])).toEqual([token.jti]);
  });

  test("when its client was deleted", async () => {
    const client = await register(gateway.browser());
    const token = await newToken({ clientId: client.client_id });
    expect(await endedOf([token])).toEqual([]);
    await gateway.ports.store.clients.remove(client.client_id);
    expect(await endedOf([token])).toEqual([token.jti]);
  });

  test("when its user may no longer sign in, or no longer use the server (read anew at a restart)", async () => {
    const token = await newToken();
    const { ports } = gateway;
    const noSignIn = { ...ports, config: { ...ports.config, localLogin: { users: ["bob"] as [string] } } };
    const servers = ports.resourceServers.servers.map((server) => ({ ...server, allowUsers: ["bob"] }));
    const noServer = { ...ports, resourceServers: { ...ports.resourceServers, servers } };
    expect(await endedOf([token])).toEqual([]);
    for (const changed of [noSignIn, noServer]) expect(await endedOf([token], changed)).toEqual([token.jti]);
  });

  test("when the key that signed it was given up as compromised", async () => {
    const token = await newToken();
    expect(await endedOf([{ ...token, kid: "given up" }])).toEqual([token.jti]);
  });

  test("not while another replica has just made its key, which is looked for", async () => {
    const token = await newToken();
    const key = gateway.ports.keys.current();
    const known: (typeof key)[] = [];
    const keys = { ...gateway.ports.keys, find: () => known[0], catchUp: async () => void known.push(key) };
    expect(await endedOf([token], { ...gateway.ports, keys })).toEqual([]);
  });

  test("for every server but its own", async () => {
    const token = await newToken({ resource: memoryUrl });
    expect(await endedOf([token])).toEqual([token.jti]);
    expect((await post({ resource: memoryUrl, tokens: [token] }).expect(200)).body.ended).toEqual([]);
  });

  test("when its grant's time is over", async () => {
    await using own = await openTestGateway();
    const { tokens } = await connect(own.browser(), { grant_types: ["authorization_code"] });
    const claims = JSON.parse(Buffer.from(tokens.access_token.split(".")[1] ?? "", "base64url").toString());
    const token = { ...claims, kid: own.ports.keys.current().kid };
    expect(await endedOf([token], own.ports)).toEqual([]);
    own.advance(3_600 + 31);
    expect(await endedOf([token], own.ports)).toEqual([claims.jti]);
  });
});
