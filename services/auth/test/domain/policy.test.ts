import { describe, expect, test } from "@jest/globals";
import { accessUntil, endOfAccess, maySignIn, mayUse, namedMemberships } from "../../src/domain/policy.ts";

const octocat = { sub: "gh|583231", login: "OctoCat" };
const github = (...allowedUsers: string[]) => ({
  github: { clientId: "i", clientSecret: "s", baseUrl: "https://g", apiUrl: "https://a", allowedUsers },
});

const openId = { issuer: "https://login.example/", subject: "248289", email: "octo@example.com" };
const jane = { sub: "oidc|x", login: "OctoCat", openId };
const provider = (...allowedUsers: string[]) => ({
  oidc: { issuer: openId.issuer, clientId: "i", clientSecret: "s", scopes: "openid", name: "n", allowedUsers },
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
    ["someone who took over a login that was given up", github("583231"), { sub: "gh|9", login: "OctoCat" }, false],
    ["an OpenID user where an empty list allows nobody", provider(), jane, false],
    ["an OpenID user where there is no such provider", { ...github("*") }, jane, false],
    ["another issuer's user", provider("*"), { ...jane, openId: { ...openId, issuer: "https://old.example/" } }, false],
    ["an OpenID user by the name they chose", provider("OctoCat"), jane, false],
    ["an OpenID user by the list of GitHub users", { ...github("octocat"), ...provider() }, jane, false],
    ["a GitHub user by the list of OpenID users", { ...github(), ...provider("*", "octocat") }, octocat, false],
    ["an OpenID user of whom nothing is known", provider("*"), { sub: "oidc|x", login: "OctoCat" }, false],
    ["an OpenID user by their sub", provider("248289"), jane, true],
    ["an OpenID user by their verified e-mail address, in any case", provider("Octo@Example.com"), jane, true],
    ["every OpenID user, written", provider("*"), jane, true],
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

  test.each([
    ["by the name they chose", ["octocat", "OctoCat"], false],
    ["by a sub without the prefix", ["248289"], false],
    ["by an address without the prefix", ["octo@example.com"], false],
    ["by another sub", ["oidc:24828"], false],
    ["by the prefix alone", ["oidc:"], false],
    ["by their sub", ["oidc:248289"], true],
    ["by their verified e-mail address", ["oidc:OCTO@example.com"], true],
    ["with everyone of the provider", ["oidc:*"], true],
    ["with everyone", ["*"], true],
  ])("an OpenID provider's user: %s", (_rule, allowUsers, allowed) => {
    expect(mayUse({ allowUsers }, jane)).toBe(allowed);
  });

  test.each([
    ["a GitHub user", octocat],
    ["a local user who is called so", { sub: "local|oidc:*", login: "oidc:*" }],
  ])("%s is never meant by an entry for the OpenID provider's", (_who, user) => {
    expect(mayUse({ allowUsers: ["oidc:*", "oidc:583231", "oidc:OctoCat"] }, user)).toBe(false);
  });

  test("an address that the provider has not verified is nobody's", () => {
    const { email, ...unverified } = openId;
    expect(mayUse({ allowUsers: [`oidc:${email}`, "oidc:undefined"] }, { ...jane, openId: unverified })).toBe(false);
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

    test.each([
      ["by membership alone, for a day after it was asked for", { allowUsers: [], allowOrgs: ["acme"] }, 1_000 + day],
      ["by a list, without end", { allowUsers: ["octocat"], allowOrgs: ["acme"] }, Number.POSITIVE_INFINITY],
      ["by nothing, not at all", { allowUsers: [], allowOrgs: ["umbrella"] }, 0],
    ])("may use it %s", (_how, server, until) => {
      expect(accessUntil(server, member)).toBe(until);
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
