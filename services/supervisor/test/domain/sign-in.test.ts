import { describe, expect, test } from "@jest/globals";
import { signInWarnings } from "../../src/domain/sign-in.ts";

const app = { GITHUB_CLIENT_ID: "Iv1.5", GITHUB_CLIENT_SECRET: "0123", ALLOWED_GITHUB_USERS: "octocat" };
const client = {
  OIDC_ISSUER: "https://id.dev",
  OIDC_CLIENT_ID: "gateway",
  OIDC_CLIENT_SECRET: "0123",
  ALLOWED_OIDC_USERS: "*",
};

describe("it is said why nobody can sign in", () => {
  test.each([
    ["a list of nobody", { ...app, ALLOWED_GITHUB_USERS: " , " }, "GitHub: ALLOWED_GITHUB_USERS is empty"],
    ["no list", { ...app, ALLOWED_GITHUB_USERS: undefined }, "GitHub: ALLOWED_GITHUB_USERS is empty"],
    ["a sample app", { ...app, GITHUB_CLIENT_ID: "your-client-id" }, "GitHub: GITHUB_CLIENT_ID is a sample value"],
    [
      "a list of nobody beside GitHub",
      { ...app, ...client, ALLOWED_OIDC_USERS: "" },
      "provider: ALLOWED_OIDC_USERS is empty",
    ],
  ])("%s", (_what, environment, warning) => {
    expect(signInWarnings(environment as Record<string, string>, {})).toEqual([expect.stringContaining(warning)]);
  });

  test.each([
    ["the local page", {}],
    ["GitHub", app],
    ["an OpenID provider", client],
    ["an OpenID provider, with a list that is GitHub's alone left empty", { ...client, ALLOWED_GITHUB_USERS: "" }],
  ])("and nothing where people can: %s", (_what, environment) => {
    expect(signInWarnings(environment as Record<string, string>, {})).toEqual([]);
  });

  test("nor of a provider that gateway.json does not offer", () => {
    const environment = { ...app, ...client, ALLOWED_GITHUB_USERS: "" };
    expect(signInWarnings(environment, { login: ["oidc"] })).toEqual([]);
  });
});
