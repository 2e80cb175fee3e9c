import { userIdText } from "@gateway/forward-auth";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openIdUserOf } from "../../src/domain/openid-user.ts";

const issuer = "https://login.example/";

describe("the user of an OpenID provider (OpenID Connect Core 5.7)", () => {
  test.each([
    ["no sub", ""],
    ["a sub that is longer than any may be", "x".repeat(256)],
  ])("is nobody with %s", (_what, sub) => {
    expect(openIdUserOf(issuer, { sub })).toBeUndefined();
  });

  test.each([
    ["not verified", { email: "ann@example.com" }],
    ["said to be not verified", { email: "ann@example.com", email_verified: false }],
    ["verified by a text", { email: "ann@example.com", email_verified: "true" }],
    ["no address", { email: "ann", email_verified: true }],
    ["two addresses", { email: "ann@example.com@evil.example", email_verified: true }],
    ["with a blank", { email: "ann @example.com", email_verified: true }],
    ["beyond ASCII, where other letters turn into these", { email: "\u212Aim@example.com", email_verified: true }],
    ["a list", { email: ["ann@example.com"], email_verified: true }],
  ])("has no e-mail address that is %s", (_what, claims) => {
    const user = openIdUserOf(issuer, { sub: "1", ...claims });
    expect(user?.openId).toEqual({ issuer, subject: "1" });
    expect(user?.login).toBe("1");
  });

  test("has the address that was verified, in lower case", () => {
    const user = openIdUserOf(issuer, { sub: "1", email: "Ann@Example.com", email_verified: true });
    expect(user?.openId?.email).toBe("ann@example.com");
  });

  test.each([
    ["preferred_username first", { preferred_username: "Ann", email: "a@b.c", email_verified: true }, "Ann"],
    ["then a verified address", { preferred_username: " ", email: "a@b.c", email_verified: true }, "a@b.c"],
    ["then the sub", {}, "248289"],
    ["without what deceives the eye", { preferred_username: "root\u202e\u200b\nAnn" }, "root Ann"],
  ])("is called by %s", (_what, claims, login) => {
    expect(openIdUserOf(issuer, { sub: "248289", ...claims })?.login).toBe(login);
  });

  test("is another one at another issuer and with another sub, however both are written", () => {
    const subs = [
      [issuer, "1"],
      [`${issuer}1`, ""],
      [issuer, "01"],
      [issuer, "1 "],
      ["https://login.example/x", "1"],
    ].map(([at = "", sub = ""]) => openIdUserOf(at, { sub: sub || "," })?.sub);
    expect(new Set(subs).size).toBe(subs.length);
  });

  test("has an id that is fit for a header and cannot be a GitHub user's, whatever its sub (decision 17)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 255 }), (sub) => {
        const user = openIdUserOf(issuer, { sub });
        expect(user && userIdText(user.sub)).toMatch(/^oidc-[\w-]{43}$/);
      }),
    );
  });
});
