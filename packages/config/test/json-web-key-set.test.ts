import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { checkKeySet, findKeys, holdsSecretKey } from "../src/json-web-key-set.ts";

const rsaOf = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync("rsa", { modulusLength, publicExponent });
const rsa = rsaOf(2_048);
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwkOf = (key: typeof rsa.publicKey) => key.export({ format: "jwk" });
const rsaJwk = { ...jwkOf(rsa.publicKey), kid: "r" };
const ecJwk = { ...jwkOf(ec.publicKey), kid: "e", use: "sig", alg: "ES256" };

describe("a client's JWK set (RFC 7517 5)", () => {
  test.each([
    ["nothing", undefined, "malformed"],
    ["a list", [rsaJwk], "malformed"],
    ["no key", { keys: [] }, "malformed"],
    ["text for a key", { keys: ["x"] }, "malformed"],
    ["more than twenty keys", { keys: Array.from({ length: 21 }, () => ecJwk) }, "malformed"],
    ["a private RSA key", { keys: [jwkOf(rsa.privateKey)] }, "secret_key"],
    ["a private EC key beside a public one", { keys: [ecJwk, jwkOf(ec.privateKey)] }, "secret_key"],
    ["a symmetric key", { keys: [{ kty: "oct", k: "c2VjcmV0" }] }, "secret_key"],
    ["a key for encryption", { keys: [{ ...rsaJwk, use: "enc" }] }, "no_usable_key"],
    ["a key for another algorithm", { keys: [{ ...rsaJwk, alg: "PS256" }] }, "no_usable_key"],
    ["a short RSA key", { keys: [jwkOf(rsaOf(1_024).publicKey)] }, "no_usable_key"],
    ["an RSA key whose check is dear", { keys: [{ ...rsaJwk, e: rsaJwk.n }] }, "no_usable_key"],
    ["a key of another curve", { keys: [jwkOf(generateKeyPairSync("ed25519").publicKey)] }, "no_usable_key"],
    ["half a key", { keys: [{ kty: "RSA", n: rsaJwk.n }] }, "no_usable_key"],
    ["a point off the curve", { keys: [{ ...ecJwk, x: ecJwk.y }] }, "no_usable_key"],
  ])("refuses %s", (_what, set, refusal) => {
    expect(checkKeySet(set)).toEqual({ ok: false, refusal });
  });

  test.each([
    ["among public ones", { keys: [ecJwk, jwkOf(ec.privateKey)] }, true],
    ["in a set that is too long", { keys: [...Array.from({ length: 20 }, () => ecJwk), jwkOf(ec.privateKey)] }, true],
    ["beside what is no key", { keys: ["x", jwkOf(ec.privateKey)] }, true],
    ["nowhere in a set", { keys: ["x", ecJwk] }, false],
    ["nowhere, as there is no set", "x", false],
  ])("a secret key is seen %s", (_where, set, isSeen) => {
    expect(holdsSecretKey(set)).toBe(isSeen);
  });

  test("keeps public members of the keys it understands, and nothing else", () => {
    const unknown = { kty: "future" };
    expect(checkKeySet({ keys: [{ ...rsaJwk, x5c: ["x"] }, unknown, ecJwk], more: 1 })).toEqual({
      ok: true,
      value: { keys: [rsaJwk, ecJwk] },
    });
  });

  test.each([
    ["by kid", "r", "RS256", 1],
    ["by kid, of another algorithm", "r", "ES256", 0],
    ["by an unknown kid", "x", "RS256", 0],
    ["without a kid, by algorithm", undefined, "ES256", 1],
  ] as const)("finds keys %s", (_how, kid, algorithm, count) => {
    expect(findKeys({ keys: [rsaJwk, ecJwk] as never }, kid, algorithm)).toHaveLength(count);
  });
});
