import { signAssertion, verifyAssertion } from "@gateway/forward-auth";
import { expect, test } from "@jest/globals";
import { deriveAssertionKey } from "../../src/keys/assertion-key.ts";
import { publicJwk } from "../../src/keys/signing-key.ts";

const key = deriveAssertionKey("a");

test("replicas with one root share the key of assertions, others have another", () => {
  expect(deriveAssertionKey("a").kid).toBe(key.kid);
  expect(deriveAssertionKey("b").kid).not.toBe(key.kid);
});

test("it signs what a proxy can check, and shows its public members alone", async () => {
  const [iss, aud] = ["https://auth.example.com", "https://files.example.com/mcp"];
  const text = signAssertion(
    { iss, aud, sub: "gh|1", client_id: "c", scope: "mcp", sid: "g", token_jti: "j", token_kid: "k", token_exp: 2_000 },
    key,
    1_000,
    60,
  );
  const findKey = async () => key.publicKey;
  expect(await verifyAssertion(text, { issuer: iss, audiences: [aud], findKey, now: 1_010 })).toBeDefined();
  expect(Object.keys(publicJwk(key)).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});
