import { describe, expect, test } from "@jest/globals";
import { maySignIn, mayUse } from "../../src/domain/policy.ts";

const octocat = { sub: "gh|583231", login: "OctoCat" };
const github = (...allowedUsers: string[]) => ({
  github: { clientId: "i", clientSecret: "s", baseUrl: "https://g", apiUrl: "https://a", allowedUsers },
});

describe("who may sign in", () => {
  test.each([
    ["an empty list allows nobody", github(), octocat, false],
    ["another login", github("hubot"), octocat, false],
    ["another id", github("5832310"), octocat, false],
    ["an all-digit login is not an id", github("42"), { sub: "gh|7", login: "42" }, false],
    ["part of a login", github("octo"), octocat, false],
    ["a GitHub user where there is no GitHub", { localLogin: { users: ["OctoCat"] as const } }, octocat, false],
    ["a local user where there is no local login", github("*"), { sub: "local|ann", login: "ann" }, false],
    ["another local user", { localLogin: { users: ["bob"] as const } }, { sub: "local|ann", login: "ann" }, false],
    ["another kind of user", { ...github("*") }, { sub: "oidc|x", login: "x" }, false],
    ["the login in any case", github("hubot", "octocat"), octocat, true],
    ["the numeric id", github("583231"), octocat, true],
    ["everyone, written", github("*"), octocat, true],
    ["a local user", { localLogin: { users: ["ann"] as const } }, { sub: "local|ann", login: "ann" }, true],
  ])("%s", (_rule, config, user, allowed) => {
    expect(maySignIn(config, user)).toBe(allowed);
  });
});

describe("who may use a server", () => {
  test.each([
    ["an empty list allows nobody", [], false],
    ["another user", ["hubot"], false],
    ["the login in any case", ["octocat"], true],
    ["the numeric id", ["583231"], true],
    ["everyone, written", ["*"], true],
  ])("%s", (_rule, allowUsers, allowed) => {
    expect(mayUse({ allowUsers }, octocat)).toBe(allowed);
  });

  test("a server without a list is open to whoever may sign in", () => {
    expect(mayUse({}, octocat)).toBe(true);
  });
});
