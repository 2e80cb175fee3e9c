import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisServer } from "@gateway/redis-server";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { freePort } from "../src/free-port.ts";
import { post } from "../src/http.ts";
import { startLoneProxy } from "../src/lone-proxy.ts";
import {
  authorizationRequest,
  exchange,
  obtainTokens,
  type RegisteredClient,
  register,
  type Tokens,
} from "../src/oauth.ts";
import { openStream } from "../src/open-stream.ts";
import { parts } from "../src/parts.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { Replica, type Shared, shareSettings } from "../src/replica.ts";
import { servers } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";

const test = testWith("redis-server");
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1.0.0" } },
};
let folder: string;
let redis: RedisServer;
let shared: Shared;
let one: Replica;
let other: Replica;
beforeAll(async () => {
  if (parts["redis-server"] === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "gateway-e2e-replicas-"));
  redis = await RedisServer.start({ folder, port: await freePort() });
  const port = await freePort();
  shared = await shareSettings(folder, port, redis.url);
  [one, other] = [await Replica.start(shared, port), await Replica.start(shared)];
}, 60_000);
afterAll(async () => {
  if (folder === undefined) return;
  await Promise.all([one, other].map((replica) => replica?.[Symbol.asyncDispose]()));
  await redis.kill();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const signIn = () => obtainTokens(shared.issuer, shared.resource, new PlainBrowser());
const refreshAt = (replica: Replica, { clientId }: RegisteredClient, token: string) =>
  replica.post("/token", { grant_type: "refresh_token", refresh_token: token, client_id: clientId });
const revokeAt = (replica: Replica, { clientId }: RegisteredClient, token: string) =>
  replica.post("/revoke", { token, client_id: clientId });
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string };
const untilStatus = (replica: Replica, token: string, status: number, timeout?: number) =>
  until(async () => ((await replica.verify(token)).status === status ? true : undefined), `${status}`, timeout);

test("5 parallel refreshes of one token on two replicas give one family (oauth-wire 6.3)", async () => {
  const { client, tokens } = await signIn();
  const asked = [one, other, one, other, one].map((replica) => refreshAt(replica, client, tokens.refresh_token));
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const successors = answers.map(({ text }) => (JSON.parse(text) as Tokens).refresh_token);
  expect(new Set(successors).size).toBe(1);
  expect((await refreshAt(other, client, successors[0] as string)).status).toBe(200);
});

test("a revocation on one replica is seen by the other within a second (security.md 8)", async () => {
  const { client, tokens } = await signIn();
  for (const replica of [one, other]) expect((await replica.verify(tokens.access_token)).status).toBe(200);
  expect((await revokeAt(one, client, tokens.refresh_token)).status).toBe(200);
  await untilStatus(other, tokens.access_token, 401, 1_000);
  expect((await one.verify(tokens.access_token)).status).toBe(401);
});

test("a revocation on one replica ends the streams of a proxy that asks the other (security.md 8)", async () => {
  const { command, args } = servers.faulty;
  await using proxy = await startLoneProxy([command, ...args], {
    ALLOW_ANONYMOUS: "0",
    AUTH_JWKS_URL: `${other.url}/jwks`,
    AUTH_ISSUER: shared.issuer,
    RESOURCE_IDENTIFIERS: shared.resource,
  });
  const openAs = async ({ access_token }: Tokens) => {
    const { headers } = await one.verify(access_token);
    const { host } = new URL(shared.resource);
    const identity = { host, "x-gateway-assertion": `${headers["x-gateway-assertion"]}` };
    const opened = await post(proxy.url, initialize, identity);
    return openStream(proxy.url, { ...identity, "mcp-session-id": `${opened.headers["mcp-session-id"]}` });
  };
  const [ours, theirs] = [await signIn(), await signIn()];
  const [ending, going] = [await openAs(ours.tokens), await openAs(theirs.tokens)];
  expect((await revokeAt(one, ours.client, ours.tokens.refresh_token)).status).toBe(200);
  await ending.ended;
  expect(await Promise.race([going.ended, "open"])).toBe("open");
  going[Symbol.dispose]();
}, 60_000);

test("an assertion of either replica is signed with a key that both publish", async () => {
  const { tokens } = await signIn();
  const { headers } = await other.verify(tokens.access_token);
  const head = String(headers["x-gateway-assertion"]).split(".")[0] ?? "";
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
  expect(await one.publishedKeys()).toContain(kid);
});

test("a key made by one replica signs and is published at the other, which keeps nobody out", async () => {
  const before = await signIn();
  const { signing, trusted } = await one.rotateKeys("now");
  const after = await signIn(); // at the replica that rotated
  expect((await other.verify(after.tokens.access_token)).status).toBe(200);
  expect(headerOf(after.tokens.access_token).kid).toBe(signing);
  for (const replica of [one, other]) expect((await replica.verify(before.tokens.access_token)).status).toBe(200);
  expect(await other.publishedKeys()).toEqual(expect.arrayContaining(trusted));
  expect(await other.publishedKeys()).toEqual(await one.publishedKeys());
  const refreshed = JSON.parse((await refreshAt(other, before.client, before.tokens.refresh_token)).text) as Tokens;
  expect(headerOf(refreshed.access_token).kid).toBe(signing);
});

test("a key that is compromised on one replica is dead on the other within a second, also where it was remembered", async () => {
  const { client, tokens } = await signIn();
  for (const replica of [one, other]) expect((await replica.verify(tokens.access_token)).status).toBe(200);
  const { signing } = await other.rotateKeys("compromised");
  await untilStatus(one, tokens.access_token, 401, 1_000);
  expect((await other.verify(tokens.access_token)).status).toBe(401);
  for (const replica of [one, other]) expect((await replica.publishedKeys()).slice(0, -1)).toEqual([signing]);
  const refreshed = JSON.parse((await refreshAt(one, client, tokens.refresh_token)).text) as Tokens;
  for (const replica of [one, other]) expect((await replica.verify(refreshed.access_token)).status).toBe(200);
});

test("tokens of keys that nobody has are refused, and those of keys that are known go on meanwhile", async () => {
  const { tokens } = await signIn();
  const [, payload = "", signature = ""] = tokens.access_token.split(".");
  const garbage = Array.from({ length: 200 }, (_, index) => {
    const header = { ...headerOf(tokens.access_token), kid: `${index}`.padStart(43, "x") };
    return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${payload}.${signature}`;
  });
  const refused = garbage.map((token) => one.verify(token));
  expect((await one.verify(tokens.access_token)).status).toBe(200);
  for (const { status } of await Promise.all(refused)) expect([401, 503]).toContain(status); // 503: not known in time
});

test("a replica with another secret ends, and says what to do; the keys of the others stay", async () => {
  const before = await one.publishedKeys();
  const secret = "canary-secret-of-at-least-thirty-two-bytes";
  const started = Replica.start({ ...shared, env: { ...shared.env, GATEWAY_JWT_SECRET: secret } });
  await expect(started).rejects.toThrow(/GATEWAY_JWT_SECRET: found another secret; allowed: /);
  await expect(started).rejects.not.toThrow(secret);
  await using third = await Replica.start(shared);
  expect(await third.publishedKeys()).toEqual(before);
});

test("Redis killed: a cold token gets 503 at once, a remembered one after the grace; back: nobody is signed out", async () => {
  const [known, cold] = [await signIn(), await signIn()];
  await untilStatus(one, known.tokens.access_token, 200);
  await redis.kill();
  // Until the feed counts as lost a cold token is asked for, and its asking fails: 503 all the same.
  const refused = await one.verify(cold.tokens.access_token);
  expect(refused.status).toBe(503);
  expect(refused.headers["retry-after"]).toBeDefined();
  await untilStatus(one, known.tokens.access_token, 503);
  const refresh = await refreshAt(one, cold.client, cold.tokens.refresh_token);
  expect(refresh.status).toBe(503); // never invalid_grant, which would end the session of the client
  await redis.run();
  for (const { tokens } of [known, cold]) await untilStatus(one, tokens.access_token, 200);
  await untilStatus(other, known.tokens.access_token, 200);
  for (const { client, tokens } of [known, cold]) {
    expect((await refreshAt(other, client, tokens.refresh_token)).status).toBe(200);
  }
}, 60_000);

test("started while Redis is away: 503 until it is back, then as the others", async () => {
  const { tokens } = await signIn();
  await redis.kill();
  await using third = await Replica.start(shared);
  expect((await third.verify(tokens.access_token)).status).toBe(503);
  expect((await third.ask("/jwks")).status).toBe(503);
  await redis.run();
  // All of them: the others have to connect again too, and the next test counts on them.
  for (const replica of [third, one, other]) await untilStatus(replica, tokens.access_token, 200);
  expect(await third.publishedKeys()).toEqual(await one.publishedKeys());
}, 60_000);

test("Redis hung: answers are 503 and keep coming; continued: goes on by itself, nobody is signed out", async () => {
  const [known, cold] = [await signIn(), await signIn()];
  await untilStatus(one, known.tokens.access_token, 200);
  redis.signal("SIGSTOP");
  try {
    const refused = await one.verify(cold.tokens.access_token);
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, expect.any(String)]);
    await untilStatus(one, known.tokens.access_token, 503);
    expect((await refreshAt(one, cold.client, cold.tokens.refresh_token)).status).toBe(503); // never invalid_grant
  } finally {
    redis.signal("SIGCONT");
  }
  for (const { tokens } of [known, cold]) await untilStatus(one, tokens.access_token, 200);
  for (const { client, tokens } of [known, cold]) {
    expect((await refreshAt(one, client, tokens.refresh_token)).status).toBe(200);
  }
}, 60_000);

test("Redis stopped and started under load: 503 with Retry-After, then recovery, and nothing is lost", async () => {
  const { client, tokens } = await signIn();
  const ending = new AbortController();
  const statuses = new Set<number>();
  const load = Array.from({ length: 8 }, async (_, index) => {
    while (!ending.signal.aborted) {
      const answer = await (index % 2 === 0 ? one : other).verify(tokens.access_token);
      statuses.add(answer.status);
      if (answer.status === 503) expect(answer.headers["retry-after"]).toBeDefined();
    }
  });
  await redis.kill();
  await until(() => (statuses.has(503) ? true : undefined), "a refusal");
  await redis.run();
  for (const replica of [one, other]) await untilStatus(replica, tokens.access_token, 200);
  ending.abort();
  await Promise.all(load);
  expect([...statuses].sort()).toEqual([200, 503]);
  expect((await refreshAt(one, client, tokens.refresh_token)).status).toBe(200);
}, 60_000);

test("what is refused or replayed is logged without the credential, at LOG_LEVEL=debug (decision 46)", async () => {
  const client = await register(shared.issuer);
  const request = authorizationRequest(shared.issuer, client, shared.resource);
  const { callback } = await new PlainBrowser().visit(request.url, client.redirectUri);
  const code = callback.searchParams.get("code") ?? "";
  const tokens = await exchange(shared.issuer, client, request, callback);
  await one.verify(tokens.access_token);
  await one.verify(`${tokens.access_token}canary`);
  await refreshAt(one, client, "canary-refresh-token");
  const next = JSON.parse((await refreshAt(one, client, tokens.refresh_token)).text) as Tokens;
  await one.post("/token", { grant_type: "authorization_code", code, client_id: client.clientId });
  await revokeAt(other, client, next.refresh_token);
  expect(one.printed).toContain("replayed");
  for (const replica of [one, other]) replica.requireNoCredentials();
}, 60_000);
