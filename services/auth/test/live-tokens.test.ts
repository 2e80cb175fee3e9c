import { setTimeout as delay } from "node:timers/promises";
import { type AccessTokenIds, type FeedEvent, type Grant, type Store, StoreUnavailable } from "@gateway/store";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { mintAccessToken } from "../src/domain/access-token.ts";
import { LiveTokens } from "../src/live-tokens.ts";
import type { SigningKey, SigningKeys } from "../src/ports.ts";
import { keysOf, makeKey } from "./fixtures/keys.ts";
import { openLog } from "./fixtures/watched-log.ts";

const issuer = "https://auth.example.com";
const now = 1_800_000_000;
const grant: Grant = {
  grantId: "grant-1",
  clientId: "client-1",
  user: { sub: "gh|1", login: "octocat" },
  resource: "https://files.example.com/mcp",
  scope: "mcp",
  authTime: now,
  createdAt: now,
  expiresAt: now + 1_000,
};

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey();
});

/** A store whose answers, silence and news are the test's to choose. */
function scriptedStore() {
  const listeners = new Set<(event: FeedEvent) => void>();
  const script = {
    asked: 0,
    silence: 0,
    find: async (_tokens: readonly AccessTokenIds[]): Promise<Grant | undefined> => grant,
    publish: (event: FeedEvent) => {
      for (const listener of listeners) listener(event);
    },
  };
  const grants = {
    ofAccessTokens: async (tokens: readonly AccessTokenIds[]) => {
      script.asked += 1;
      const found = await script.find(tokens);
      return tokens.map(() => found);
    },
  };
  const feed = {
    subscribe: async (listener: (event: FeedEvent) => void) => {
      listeners.add(listener);
      return async () => {};
    },
    silentFor: () => script.silence,
  };
  return { script, store: { grants, feed } as unknown as Store };
}

async function open(keys: SigningKeys = keysOf(key)) {
  const { script, store } = scriptedStore();
  const logger = openLog();
  const tokens = await LiveTokens.open({
    store,
    logger,
    keys,
    issuer,
    clock: () => now,
    revocationGrace: 5,
  });
  const token = await mintAccessToken({ grant, key, jti: "jti-1", issuer, now, lifetime: 60 });
  return { script, tokens, check: async () => (await tokens.check(token)).ok, token };
}

describe("which tokens are alive (decision 21)", () => {
  test("the store is asked once, then the feed is trusted", async () => {
    const { script, check } = await open();
    expect([await check(), await check(), await check()]).toEqual([true, true, true]);
    expect(script.asked).toBe(1);
  });

  test.each<[FeedEvent, boolean]>([
    [{ kind: "grant-revoked", grantId: "grant-1" }, true],
    [{ kind: "access-token-revoked", jti: "jti-1" }, true],
    [{ kind: "signing-keys-changed" }, true],
    [{ kind: "unreadable" }, true],
    [{ kind: "grant-revoked", grantId: "grant-2" }, false],
  ])("after %j the store is asked again: %s", async (event, again) => {
    const { script, check } = await open();
    await check();
    script.publish(event);
    await check();
    expect(script.asked).toBe(again ? 2 : 1);
  });

  test("a revocation that comes while the store answers is not papered over", async () => {
    const { script, check } = await open();
    script.find = async () => {
      script.publish({ kind: "grant-revoked", grantId: "grant-1" });
      return grant;
    };
    await check();
    script.find = async () => undefined;
    expect(await check()).toBe(false);
  });

  test("a revocation that comes before a token had its turn is not papered over", async () => {
    const { script, tokens, check, token } = await open();
    const asked = tokens.check(token);
    script.publish({ kind: "grant-revoked", grantId: "grant-1" });
    await asked;
    script.find = async () => undefined;
    expect(await check()).toBe(false);
  });

  test("of tokens that come together, each is judged by itself", async () => {
    const { tokens, token } = await open();
    const stranger = await mintAccessToken({ grant, key: await makeKey(), jti: "jti-1", issuer, now, lifetime: 60 });
    const late = await mintAccessToken({ grant, key, jti: "jti-2", issuer, now: now - 120, lifetime: 60 });
    const verdicts = await Promise.all([stranger, token, "garbage", late].map((one) => tokens.check(one)));
    expect(verdicts.map((verdict) => (verdict.ok ? verdict.value.claims.jti : verdict.refusal))).toEqual([
      "unknown_key",
      "jti-1",
      "malformed",
      "expired",
    ]);
  });

  test("the store is asked once about all tokens that come together", async () => {
    const { script, tokens } = await open();
    const jtis = ["jti-1", "jti-2", "jti-3"];
    const texts = await Promise.all(jtis.map((jti) => mintAccessToken({ grant, key, jti, issuer, now, lifetime: 60 })));
    const verdicts = await Promise.all(texts.map((text) => tokens.check(text)));
    expect(verdicts.map((verdict) => verdict.ok && verdict.value.claims.jti)).toEqual(jtis);
    expect(script.asked).toBe(1);
  });

  test("a token that cannot be checked harms none of those that come with it", async () => {
    const unreadable = await makeKey();
    const find = (kid: string) => {
      if (kid === unreadable.kid) throw new Error("?");
      return key;
    };
    const { tokens, token } = await open({ ...keysOf(key), find });
    const other = await mintAccessToken({ grant, key: unreadable, jti: "jti-2", issuer, now, lifetime: 60 });
    const [one, two] = await Promise.all([tokens.check(other), tokens.check(token)]);
    expect(one).toEqual({ ok: false, refusal: "unavailable" });
    expect(two.ok).toBe(true);
  });

  test("a record that cannot be read is one token's alone", async () => {
    const { script, tokens, token } = await open();
    script.find = async (asked) => {
      if (asked.some(({ jti }) => jti === "jti-2")) JSON.parse("{");
      return grant;
    };
    const other = await mintAccessToken({ grant, key, jti: "jti-2", issuer, now, lifetime: 60 });
    const [one, two] = await Promise.all([tokens.check(other), tokens.check(token)]);
    expect(one).toEqual({ ok: false, refusal: "unavailable" });
    expect(two.ok).toBe(true);
  });

  test("while one token waits for its key, those that come with it do not", async () => {
    const stranger = await makeKey();
    const catchUp = (kid: string) => (kid === stranger.kid ? new Promise<never>(() => {}) : undefined);
    const { tokens, token } = await open({ ...keysOf(key), catchUp });
    const waiting = await mintAccessToken({ grant, key: stranger, jti: "jti-2", issuer, now, lifetime: 60 });
    const order: string[] = [];
    const checks = { waiting, token };
    await Promise.all(
      Object.entries(checks).map(async ([name, text]) => {
        await tokens.check(text);
        order.push(name);
      }),
    );
    expect(order).toEqual(["token", "waiting"]);
  });

  test("with the feed lost, a known token goes on for the grace and no longer; an unknown one stops at once", async () => {
    const { script, tokens, check, token } = await open();
    await check();
    script.find = () => Promise.reject(new StoreUnavailable());
    script.silence = 4_000;
    expect(await check()).toBe(true);
    const cold = await mintAccessToken({ grant, key, jti: "jti-2", issuer, now, lifetime: 60 });
    expect(await tokens.check(cold)).toEqual({ ok: false, refusal: "unavailable" });
    script.silence = 5_001;
    expect(await tokens.check(token)).toEqual({ ok: false, refusal: "unavailable" });
    expect(script.asked).toBe(1);
  });

  test("what no token looks like is refused as that, also while the feed is lost", async () => {
    const { script, tokens } = await open();
    script.silence = 5_001;
    for (const text of ["garbage", "a.b", "a.b.c.d", "a.b.c d"]) {
      expect(await tokens.check(text)).toEqual({ ok: false, refusal: "malformed" });
    }
  });

  test.each([
    ["refuses", () => Promise.reject(new StoreUnavailable())],
    ["fails in another way", () => Promise.reject(new Error("?"))],
    ["hangs", () => new Promise<never>(() => {})],
  ])("a store that %s means unavailable within a second, never revoked", async (_how, find) => {
    const { script, tokens, token } = await open();
    script.find = find;
    // By timers of one process, which fire in their order however late: a machine may stand still for a second by itself.
    const late = delay(1_000, "late", { ref: false });
    expect(await Promise.race([tokens.check(token), late])).toEqual({ ok: false, refusal: "unavailable" });
  });

  test("a change of keys that comes while a token is checked is not papered over", async () => {
    let trusted = true;
    const keys = { ...keysOf(key), find: () => (trusted ? key : undefined) };
    const { script, tokens, check, token } = await open(keys);
    script.find = async () => {
      trusted = false;
      script.publish({ kind: "signing-keys-changed" });
      return grant;
    };
    await check();
    expect(await tokens.check(token)).toEqual({ ok: false, refusal: "unknown_key" });
  });

  test.each<[string, () => Promise<void>]>([
    ["cannot be read", () => Promise.reject(new StoreUnavailable())],
    ["do not come", () => new Promise<never>(() => {})],
  ])("keys that %s mean unavailable, never unknown", async (_how, catchUp) => {
    const { script, tokens, token } = await open({ ...keysOf(key), catchUp });
    expect(await tokens.check(token)).toEqual({ ok: false, refusal: "unavailable" });
    expect(script.asked).toBe(0);
  });

  test("a token waits for its key, which another replica has just made", async () => {
    const known: SigningKey[] = [];
    const keys = {
      ...keysOf(key),
      find: () => known[0],
      catchUp: async () => void known.push(key),
    };
    const { check } = await open(keys);
    expect(await check()).toBe(true);
  });

  test("a forged token never reaches the store", async () => {
    const { script, tokens } = await open();
    const forged = await mintAccessToken({ grant, key: await makeKey(), jti: "jti-1", issuer, now, lifetime: 60 });
    expect(await tokens.check(forged)).toEqual({ ok: false, refusal: "unknown_key" });
    expect(script.asked).toBe(0);
  });
});
