import { describe, expect, test } from "@jest/globals";
import { isCodeChallenge, isCodeVerifier, matchesChallenge } from "../../src/domain/pkce.ts";

// RFC 7636 appendix B
const codeVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

describe("PKCE", () => {
  test.each([
    ["another verifier", `${codeVerifier.slice(0, -1)}l`],
    ["plain: the challenge itself", codeChallenge],
    ["nothing", ""],
  ])("%s does not match", (_what, verifier) => {
    expect(matchesChallenge(verifier, codeChallenge)).toBe(false);
  });

  test("the verifier of RFC 7636 appendix B matches its challenge", () => {
    expect(matchesChallenge(codeVerifier, codeChallenge)).toBe(true);
  });

  test.each([
    ["42 characters", "a".repeat(42), false],
    ["129 characters", "a".repeat(129), false],
    ["a reserved character", `${"a".repeat(42)}+`, false],
    ["43 characters", "a".repeat(43), true],
    ["128 unreserved characters", "a-._~Z09".repeat(16), true],
  ])("a verifier of %s is well-formed: %s", (_what, verifier, isGood) => {
    expect(isCodeVerifier(verifier)).toBe(isGood);
  });

  test.each([
    ["42 characters", "a".repeat(42), false],
    ["44 characters", "a".repeat(44), false],
    ["padding", `${"a".repeat(42)}=`, false],
    ["43 base64url characters", codeChallenge, true],
  ])("a challenge of %s is well-formed: %s", (_what, challenge, isGood) => {
    expect(isCodeChallenge(challenge)).toBe(isGood);
  });
});
