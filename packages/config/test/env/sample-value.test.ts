import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { isSampleValue } from "../../src/index.ts";

describe("a sample value", () => {
  test.each([
    ["your-github-client-id"],
    ["your_secret"],
    ["changeme"],
    ["CHANGE_ME_PLEASE"],
    ["<client id>"],
    ["xxxx"],
    ["ghp_xxx..."],
    ["github_pat_xxxxxxxx"],
    ["user1,user2,user3"],
    ["user1, user2"],
    ["octocat, your-github-login"],
    ["me@mydomain.dev,you@example.com"],
    ["…"],
    ["yourdomain.com"],
    ["example.com"],
    ["gateway.example.org"],
    ["admin@example.com"],
  ])("%s is one", (value) => {
    expect(isSampleValue(value)).toBe(true);
  });

  test.each([
    ["Iv1.8a61f9b3a7aba766"],
    ["gateway.mydomain.dev"],
    ["octocat,hubot"],
    ["user1"],
    ["user10,user20"],
    ["*"],
    ["me@mydomain.dev"],
  ])("%s is none", (value) => {
    expect(isSampleValue(value)).toBe(false);
  });

  test("a random secret is none", () => {
    for (let n = 0; n < 1_000; n += 1) expect(isSampleValue(randomBytes(48).toString("base64"))).toBe(false);
  });
});
