import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { signAssertion } from "@gateway/forward-auth";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Access } from "../../src/configuration/proxy-config.ts";
import { createKeyFinder } from "../../src/identity/jwks.ts";
import { initializeMessage, post, send } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";
import { openLog } from "../fixtures/watched-log.ts";

const pairs = Object.fromEntries(["k1", "k2"].map((kid) => [kid, generateKeyPairSync("rsa", { modulusLength: 2048 })]));
const issuer = "http://localhost:8080";
const audience = "http://localhost:8080/test/mcp";
const logger = openLog();

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A key set that counts how often it is asked for; it holds the keys named. */
async function openJwks(kids: string[]): Promise<{ url: string; asked: () => number; kids: string[]; down: boolean }> {
  let asked = 0;
  const state = { kids, down: false };
  const server = createServer((_req, res) => {
    asked += 1;
    const keys = state.kids.map((kid) => ({
      ...pairs[kid]?.publicKey.export({ format: "jwk" }),
      kid,
      use: "sig",
      alg: "RS256",
    }));
    res.writeHead(state.down ? 503 : 200).end(JSON.stringify({ keys }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${port}/jwks`, asked: () => asked });
}

const sign = (claims: object = {}, kid = "k1", lifetime = 60) => {
  const token = { sid: "s", token_jti: "j", token_kid: "k", token_exp: 4_000_000_000 };
  const assertion = { iss: issuer, aud: audience, sub: "gh|1", client_id: "c", scope: "mcp", ...token, ...claims };
  const privateKey = pairs[kid]?.privateKey;
  if (privateKey === undefined) throw new Error(kid);
  return signAssertion(assertion, { kid, algorithm: "RS256", privateKey }, Math.floor(Date.now() / 1_000), lifetime);
};

describe("with AUTH_JWKS_URL", () => {
  let proxy: RunningProxy;
  let jwks: Awaited<ReturnType<typeof openJwks>>;
  beforeAll(async () => {
    jwks = await openJwks(["k1"]);
    const access: Access = {
      kind: "assertion",
      jwksUrl: jwks.url,
      revocationsUrl: jwks.url,
      issuer,
      audiences: [audience],
    };
    proxy = await openProxy({
      access,
      findKey: createKeyFinder({ url: jwks.url, logger }),
      front: { hosts: ["localhost:8080"], alone: false },
    });
  });
  afterAll(async () => {
    await proxy.close();
  });

  const host = { host: "localhost:8080" };
  const initialize = (headers: Record<string, string | string[]>) =>
    post(proxy.url, initializeMessage(), { ...host, ...headers });

  test("a request with an assertion is served, as its subject", async () => {
    const answer = await initialize({ "x-gateway-assertion": sign() });
    expect(answer.status).toBe(200);
    const session = { "mcp-session-id": String(answer.headers["mcp-session-id"]) };
    const list = { jsonrpc: "2.0", id: 1, method: "ping" };
    expect(await post(proxy.url, list, { ...host, ...session, "x-gateway-assertion": sign() })).toMatchObject({
      status: 200,
    });
    const other = { ...host, ...session, "x-gateway-assertion": sign({ sub: "gh|2" }), "x-user-id": "1" };
    expect(await post(proxy.url, list, other)).toMatchObject({ status: 404 });
    expect(await send(proxy.url, "DELETE", undefined, other)).toMatchObject({ status: 404 });
    expect(await send(proxy.url, "GET", undefined, { ...other, accept: "text/event-stream" })).toMatchObject({
      status: 404,
    });
  });

  test.each([
    ["no assertion", () => ({})],
    ["plain identity headers alone", () => ({ "x-user-id": "1", "x-user-name": "octocat" })],
    ["garbage", () => ({ "x-gateway-assertion": "garbage" })],
    [
      "an assertion for another server",
      () => ({ "x-gateway-assertion": sign({ aud: "http://localhost:8080/other/mcp" }) }),
    ],
    ["an assertion of another issuer", () => ({ "x-gateway-assertion": sign({ iss: "https://evil.example" }) })],
    ["an old assertion", () => ({ "x-gateway-assertion": sign({}, "k1", -100) })],
    ["an assertion signed with an unknown key", () => ({ "x-gateway-assertion": sign({}, "k2") })],
  ])("a request with %s is refused without a challenge", async (_what, headers) => {
    const answer = await initialize(headers());
    expect(answer).toMatchObject({ status: 401, json: { error: { code: -32_000 } } });
    expect(answer.headers["www-authenticate"]).toBeUndefined();
    expect(proxy.logged()).toContain("deployment error");
  });

  test("two assertions are refused", async () => {
    expect(await initialize({ "x-gateway-assertion": [sign(), sign()] })).toMatchObject({ status: 400 });
  });

  test("a bad body without an identity is a matter of identity", async () => {
    expect(await post(proxy.url, "{", host)).toMatchObject({ status: 401 });
    expect(await send(proxy.url, "GET", undefined, host)).toMatchObject({ status: 401 });
  });

  test("preflights are the edge's", async () => {
    expect(await send(proxy.url, "OPTIONS", undefined, host)).toMatchObject({ status: 405 });
  });
});

describe("without AUTH_JWKS_URL and ALLOW_ANONYMOUS", () => {
  test("nobody is served, and the answer names both", async () => {
    const proxy = await openProxy({ access: { kind: "closed" } });
    for (const answer of [await post(proxy.url, initializeMessage()), await send(proxy.url, "GET")]) {
      expect(answer.status).toBe(401);
      expect(answer.text).toMatch(/AUTH_JWKS_URL.*ALLOW_ANONYMOUS=1/);
    }
    await proxy.close();
  });
});

describe("the keys of auth", () => {
  test("are fetched once for many requests at one time, and kept", async () => {
    const jwks = await openJwks(["k1"]);
    const find = createKeyFinder({ url: jwks.url, logger });
    const keys = await Promise.all(Array.from({ length: 20 }, () => find("k1")));
    expect(
      keys.every((key) =>
        key?.equals(createPublicKey(pairs.k1?.publicKey.export({ format: "pem", type: "spki" }) as string)),
      ),
    ).toBe(true);
    await find("k1");
    expect(jwks.asked()).toBe(1);
  });

  test("are asked for again for an unknown kid, once a minute, and when they are old", async () => {
    const jwks = await openJwks(["k1"]);
    let now = 1_000_000;
    const find = createKeyFinder({ url: jwks.url, logger, now: () => now });
    expect(await find("k2")).toBeUndefined();
    jwks.kids.push("k2");
    for (let times = 0; times < 10; times += 1) expect(await find("k2")).toBeUndefined();
    expect(jwks.asked()).toBe(1);
    now += 60_001;
    expect(await find("k2")).toBeDefined();
    now += 600_001;
    jwks.kids.splice(0, 1);
    expect(await find("k1")).toBeUndefined();
    expect(jwks.asked()).toBe(3);
  });

  test("a key that auth has just begun to sign with is found at once, however short ago the others were asked for", async () => {
    const jwks = await openJwks(["k1"]);
    const find = createKeyFinder({ url: jwks.url, logger, now: () => 1_000_000 });
    expect(await find("k1")).toBeDefined();
    jwks.kids.push("k2");
    expect(await find("k2")).toBeDefined();
    expect(jwks.asked()).toBe(2);
  });

  test("that were had stay good while auth is down, and it is asked again after a second", async () => {
    const jwks = await openJwks(["k1"]);
    let now = 1_000_000;
    const find = createKeyFinder({ url: jwks.url, logger, now: () => now });
    jwks.down = true;
    expect(await find("k1")).toBeUndefined();
    jwks.down = false;
    now += 1_001;
    expect(await find("k1")).toBeDefined();
    jwks.down = true;
    now += 600_001;
    expect(await find("k1")).toBeDefined();
  });
});
