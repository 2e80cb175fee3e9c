import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { checkClientAssertion, claimedSubject } from "../../src/domain/client-assertion.ts";

const issuer = "https://auth.example.com";
const now = 1_800_000_000;
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const jwkOf = (key: typeof pair.publicKey, kid: string) => ({ ...key.export({ format: "jwk" }), kty: "EC", kid });
const keys = { keys: [jwkOf(pair.publicKey, "one"), jwkOf(other.publicKey, "two")] };

const claims = { iss: "client_a", sub: "client_a", aud: issuer, exp: now + 60, iat: now, jti: "j" };
const sign = (change: object = {}, options: { key?: typeof pair.privateKey; header?: object; alg?: string } = {}) => {
  const { key = pair.privateKey, header = {}, alg = "ES256" } = options;
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...change }).filter(([, value]) => value !== undefined),
  );
  return jwt.sign(payload, key, { algorithm: alg as "ES256", header: { alg, kid: "one", ...header } });
};
const check = (assertion: string) =>
  checkClientAssertion(assertion, { clientId: "client_a", keys, audiences: [issuer, `${issuer}/token`], now });

const unsigned = (header: object) =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");

describe("client assertions (RFC 7523 3, oauth-wire 6.1)", () => {
  test.each([
    ["no JWT", "x", "malformed"],
    ["parts that are no JSON", "eA.eA.eA", "malformed"],
    ["an endless one", `${sign()}${"A".repeat(5_000)}`, "malformed"],
    ["alg none", `${unsigned({ alg: "none" })}.`, "forbidden_header"],
    ["no signature", `${unsigned({ alg: "ES256", kid: "one" })}.`, "bad_signature"],
    ["an algorithm that is not listed", sign({}, { key: rsa.privateKey, alg: "PS256" }), "forbidden_header"],
    ["a key in its header", sign({}, { header: { jwk: jwkOf(pair.publicKey, "x") } }), "forbidden_header"],
    ["an extension we do not know", sign({}, { header: { crit: ["exp"] } }), "forbidden_header"],
    ["an unknown kid", sign({}, { header: { kid: "three" } }), "unknown_key"],
    ["a kid of a key of another kind", sign({}, { key: rsa.privateKey, alg: "RS256" }), "unknown_key"],
    ["another key's signature", sign({}, { header: { kid: "two" } }), "bad_signature"],
    ["no exp", sign({ exp: undefined }), "missing_claims"],
    ["no jti", sign({ jti: undefined }), "missing_claims"],
    ["no aud", sign({ aud: undefined }), "missing_claims"],
    ["another iss", sign({ iss: "client_b" }), "wrong_subject"],
    ["another sub", sign({ sub: "client_b" }), "wrong_subject"],
    ["another server's audience", sign({ aud: "https://other.example" }), "wrong_audience"],
    ["the issuer with a slash", sign({ aud: `${issuer}/` }), "wrong_audience"],
    ["an end beyond the skew", sign({ exp: now - 31 }), "expired"],
    ["a beginning in the future", sign({ nbf: now + 31 }), "not_yet_valid"],
    ["more than five minutes to live", sign({ exp: now + 331 }), "lives_too_long"],
  ])("refuses %s", (_what, assertion, refusal) => {
    expect(check(assertion)).toEqual({ ok: false, refusal });
  });

  test.each([
    ["the issuer as audience", sign(), now + 90],
    ["the token endpoint as audience", sign({ aud: `${issuer}/token` }), now + 90],
    ["the issuer among audiences", sign({ aud: ["https://other.example", issuer] }), now + 90],
    ["no kid", sign({}, { header: { kid: undefined } }), now + 90],
    ["five minutes to live", sign({ exp: now + 300 }), now + 330],
  ])("accepts %s", (_what, assertion, expiresAt) => {
    expect(check(assertion)).toEqual({ ok: true, value: { jti: "j", expiresAt } });
  });

  test.each([
    ["a JWT", sign(), "client_a"],
    ["no JWT", "x", undefined],
    ["a JWT without subject", sign({ sub: undefined }), undefined],
  ])("tells whom %s claims to be from", (_what, assertion, subject) => {
    expect(claimedSubject(assertion)).toBe(subject);
  });
});
