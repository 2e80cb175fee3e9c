import { expect, test } from "@jest/globals";
import { clientFingerprint } from "../../src/domain/client-fingerprint.ts";

const client = { redirectUris: ["https://a/cb", "https://b/cb"], tokenEndpointAuthMethod: "none" } as const;

test.each([
  ["the same", client, true],
  ["the same in another order", { ...client, redirectUris: ["https://b/cb", "https://a/cb"] }, true],
  ["another redirect URI", { ...client, redirectUris: ["https://a/cb", "https://c/cb"] }, false],
  ["one redirect URI less", { ...client, redirectUris: ["https://a/cb"] }, false],
  ["another way to prove itself", { ...client, tokenEndpointAuthMethod: "client_secret_basic" }, false],
  ["other keys", { ...client, jwks: { keys: [{ kty: "EC", x: "a" }] } }, false],
  ["keys elsewhere", { ...client, jwksUri: "https://a.example/jwks" }, false],
] as const)("%s: same client to the person who agreed: %j -> %s", (_what, changed, same) => {
  expect(clientFingerprint(changed) === clientFingerprint(client)).toBe(same);
});
