import { expect, test } from "@jest/globals";
import { openSignIn, sealSignIn } from "../src/sealed-sign-in.ts";

const browser = { token: "cookie" };
const checks = { state: "id.random", codeVerifier: "a-verifier", nonce: "a-nonce" };
const upstreamSignIn = sealSignIn(browser, "oidc", checks);

test.each([
  ["the answer of another provider", "github", "id.random"],
  ["another state", "oidc", "id.other"],
  ["no state", "oidc", ""],
] as const)("%s opens nothing", (_what, provider, state) => {
  expect(openSignIn(browser, provider, { state, upstreamSignIn })).toBeUndefined();
});

test("another browser's cookie does not open it, even with the state", () => {
  expect(() => openSignIn({ token: "other" }, "oidc", { state: checks.state, upstreamSignIn })).toThrow();
});

test("the browser's cookie and the state open what they sealed", () => {
  expect(openSignIn(browser, "oidc", { state: checks.state, upstreamSignIn })).toEqual(checks);
});

test("it is sealed differently each time, and holds neither state nor verifier nor nonce in clear", () => {
  expect(sealSignIn(browser, "oidc", checks).sealedChecks).not.toBe(upstreamSignIn.sealedChecks);
  const kept =
    JSON.stringify(upstreamSignIn) + Buffer.from(upstreamSignIn.sealedChecks, "base64url").toString("latin1");
  for (const secret of Object.values(checks)) expect(kept).not.toContain(secret);
});
