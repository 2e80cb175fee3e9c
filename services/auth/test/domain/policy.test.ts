import { describe, expect, test } from "@jest/globals";
import { endOfAccess, maySignIn, mayUse, namedMemberships } from "../../src/domain/policy.ts";

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

  describe("by organization and team (decision 22)", () => {
    const member = { ...octocat, memberships: { orgs: ["acme"], teams: ["umbrella/tools"], askedAt: 1_000 } };
    const day = 86_400;

    test.each([
      ["a member of the organization, in any case", { allowUsers: [], allowOrgs: ["Acme"] }, member, true],
      ["a member of the team, in any case", { allowUsers: [], allowTeams: ["Umbrella/Tools"] }, member, true],
      ["a member of another one", { allowUsers: [], allowOrgs: ["umbrella"] }, member, false],
      ["a member of another team of it", { allowUsers: [], allowTeams: ["acme/tools"] }, member, false],
      ["someone of whom nothing is known", { allowUsers: [], allowOrgs: ["acme"] }, octocat, false],
      ["someone who is listed besides", { allowUsers: ["octocat"], allowOrgs: ["umbrella"] }, member, true],
    ])("%s", (_who, server, user, allowed) => {
      expect(mayUse(server, user)).toBe(allowed);
    });

    test.each([
      [
        "on a membership alone, ends a day after it was asked for",
        { allowUsers: [], allowOrgs: ["acme"] },
        1_000 + day,
      ],
      ["on a list, does not", { allowUsers: ["octocat"], allowOrgs: ["acme"] }, 10 * day],
      ["on no list, does not", {}, 10 * day],
    ])("access that rests %s", (_what, server, end) => {
      expect(endOfAccess(server, member, 10 * day)).toBe(end);
    });

    test("what is asked of GitHub is what the rules name, once", () => {
      const servers = [{ allowOrgs: ["Acme", "umbrella"] }, { allowOrgs: ["acme"], allowTeams: ["acme/Tools"] }, {}];
      expect(namedMemberships(servers)).toEqual({ orgs: ["acme", "umbrella"], teams: ["acme/tools"] });
    });
  });

  test("a server without a list is open to whoever may sign in", () => {
    expect(mayUse({}, octocat)).toBe(true);
  });
});
