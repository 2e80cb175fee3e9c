import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { mustNotPass, signAssertion, verifyAssertion } from "../src/index.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { kid: "k1", algorithm: "RS256" as const, privateKey };
const ofCurve = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const publicKeys = new Map([
  ["k1", publicKey],
  ["e1", ofCurve.publicKey],
]);
const issuer = "http://localhost:8080";
const aud = "http://localhost:8080/mcp-time/mcp";
const token = { token_jti: "j1", token_kid: "k", token_exp: 1_800_003_600 };
const assertion = { iss: issuer, aud, sub: "gh|1", client_id: "c", scope: "mcp", sid: "g1", ...token };
const now = 1_800_000_000;
const check = (token: string, at = now) =>
  verifyAssertion(token, {
    issuer,
    audiences: [aud],
    findKey: async (kid) => publicKeys.get(kid),
    now: at,
  });

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An assertion in order, but for these members; signed by the key. */
function signed(header: object, claims: object = {}): string {
  const parts = [
    { typ: "gw+jwt", alg: "RS256", kid: "k1", ...header },
    { ...assertion, exp: now + 60, ...claims },
  ];
  const text = parts.map(base64url).join(".");
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}

describe("X-Gateway-Assertion", () => {
  test("is read back by a server of its audience", async () => {
    expect(await check(signAssertion(assertion, key, now, 60))).toMatchObject(assertion);
  });

  test("may be signed by a key of the other kind", async () => {
    const ofOther = { kid: "e1", algorithm: "ES256" as const, privateKey: ofCurve.privateKey };
    expect(await check(signAssertion(assertion, ofOther, now, 60))).toMatchObject(assertion);
  });

  test("says to which tools its token is limited", async () => {
    const tools = ["read_*", "add"];
    expect(await check(signAssertion({ ...assertion, tools }, key, now, 60))).toMatchObject({ tools });
  });

  test.each([
    ["no jti of its token", { token_jti: undefined }],
    ["no key of its token", { token_kid: undefined }],
    ["an end of its token that is no number", { token_exp: "soon" }],
    ["tools that are no list", { tools: "add" }],
    ["a tool that is no text", { tools: ["add", 1] }],
  ])("with %s is refused", async (_what, change) => {
    const claims = { ...assertion, ...change } as unknown as typeof assertion;
    expect(await check(signAssertion(claims, key, now, 60))).toBeUndefined();
  });

  test.each([
    ["is past its expiry and the skew", () => check(signAssertion(assertion, key, now, 60), now + 91)],
    ["is meant for another server", () => check(signAssertion({ ...assertion, aud: "https://b/mcp" }, key, now, 60))],
    ["is of another issuer", () => check(signAssertion({ ...assertion, iss: "https://b" }, key, now, 60))],
    ["is signed with an unknown key", () => check(signAssertion(assertion, { ...key, kid: "k2" }, now, 60))],
    [
      "is an access token",
      () =>
        check(
          jwt.sign({ ...assertion, exp: now + 60 }, privateKey, {
            algorithm: "RS256",
            header: { typ: "at+jwt", alg: "RS256", kid: "k1" },
          }),
        ),
    ],
    [
      "is signed with the public key as an HMAC secret",
      () =>
        check(
          jwt.sign({ ...assertion, exp: now + 60 }, publicKey.export({ type: "spki", format: "pem" }), {
            algorithm: "HS256",
            header: { typ: "gw+jwt", alg: "HS256", kid: "k1" },
          }),
        ),
    ],
    ["names an algorithm that is not its key's", () => check(signed({ alg: "ES256" }))],
    ["names an extension", () => check(signed({ crit: ["exp"] }))],
    ["brings a key", () => check(signed({ jwk: publicKey.export({ format: "jwk" }) }))],
    ["has no end", () => check(signed({}, { exp: undefined }))],
    ["is followed by a dot", () => check(`${signAssertion(assertion, key, now, 60)}.`)],
    ["is padded", () => check(`${signAssertion(assertion, key, now, 60)}=`)],
    [
      "was altered",
      () =>
        check(
          signAssertion(assertion, key, now, 60).replace(
            /\.[^.]+\./,
            `.${base64url({ ...assertion, sub: "gh|2", exp: now + 60 })}.`,
          ),
        ),
    ],
    ["is no JWT", () => check("garbage")],
    [
      "calls itself JWT and holds no JSON",
      () => check(`${base64url({ typ: "JWT", alg: "RS256", kid: "k1" })}.YWJj.AAAA`),
    ],
    ["names its key by an object", () => check(`${base64url({ typ: "gw+jwt", alg: "RS256", kid: {} })}.e30.AAAA`)],
    ["has null as its header", () => check(`${base64url(null)}.e30.AAAA`)],
    ["has null as its payload", () => check(`${base64url({ typ: "gw+jwt", alg: "none", kid: "k1" })}.bnVsbA.`)],
  ])("is refused when it %s", async (_why, attempt) => {
    expect(await attempt()).toBeUndefined();
  });
});

describe("headers a client may not send on", () => {
  test.each([
    "X-User-Id",
    "x-user-name",
    "X_User_Id",
    "x.auth.token",
    "X-Gateway-Assertion",
    "X-Auth-Anything",
    "Authorization",
    "COOKIE",
  ])("%s is dropped", (name) => expect(mustNotPass(name)).toBe(true));
  test.each(["Accept", "Mcp-Session-Id", "X-Request-Id", "x-username"])("%s passes", (name) =>
    expect(mustNotPass(name)).toBe(false),
  );
});
