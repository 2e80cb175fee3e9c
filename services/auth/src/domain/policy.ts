import { openIdPrefix } from "@gateway/config/auth";
import type { ResourceServer } from "@gateway/registry";
import type { User } from "@gateway/store";
import type { AuthConfig } from "../config.ts";
import { isOpenIdUserNamed } from "./openid-user.ts";
import { providerOf } from "./sign-in-provider.ts";

/** The ways to sign in, and for whom they are. */
export type SignInRules = Pick<AuthConfig, "github" | "oidc" | "localLogin">;

/** May this person sign in at all? Asked at sign-in and again on every request, so that a removal acts at once. */
export function maySignIn({ github, oidc, localLogin }: SignInRules, user: User): boolean {
  switch (providerOf(user.sub)) {
    case "github":
      return github !== undefined && isListed(github.allowedUsers, user);
    case "oidc":
      // What another issuer said of somebody is not the word of the one that is configured now.
      if (oidc === undefined || user.openId?.issuer !== oidc.issuer) return false;
      return oidc.allowedUsers.some((entry) => isOpenIdUserNamed(entry, user));
    case "local":
      // Decision 18: the local login has a list of its own, compared exactly as the operating system would.
      return localLogin?.users.includes(user.login) ?? false;
    case undefined:
      return false;
  }
}

/** Whether any list, of those who may sign in or of a server, means a GitHub user by their login, which may change hands. */
export function isNamedByLogin({ github }: SignInRules, servers: readonly Rules[], { sub, login }: User): boolean {
  if (providerOf(sub) !== "github") return false;
  const entries = [github?.allowedUsers ?? [], ...servers.map(({ allowUsers = [] }) => allowUsers)].flat();
  return entries.some((entry) => !/^\d+$/.test(entry) && entry.toLowerCase() === login.toLowerCase());
}

type Rules = Pick<ResourceServer, "allowUsers" | "allowOrgs" | "allowTeams">;

/** Seconds for which a membership counts after GitHub was asked (decision 22). */
const membershipHolds = 86_400;

/**
 * Until when someone who may sign in may use this server, in seconds since the epoch: without end who is listed, or where
 * there is no list; by membership alone for a day after GitHub was asked; else 0, not at all.
 */
export function accessUntil(server: Rules, user: User): number {
  if (server.allowUsers === undefined || isListed(server.allowUsers, user)) return Number.POSITIVE_INFINITY;
  return user.memberships !== undefined && isMember(server, user.memberships)
    ? user.memberships.askedAt + membershipHolds
    : 0;
}

/** May someone who may sign in use this server, as far as is known of them? */
export function mayUse(server: Rules, user: User): boolean {
  return accessUntil(server, user) > 0;
}

/** When access to a server that would end at `end` must end. Seconds since the epoch. */
export function endOfAccess(server: Rules | undefined, user: User, end: number): number {
  return server === undefined ? end : Math.min(end, accessUntil(server, user));
}

/** The organizations and teams that any rule names, once each, in lower case. */
export function namedMemberships(servers: readonly Rules[]): { readonly orgs: string[]; readonly teams: string[] } {
  const once = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))];
  return {
    orgs: once(servers.flatMap(({ allowOrgs = [] }) => allowOrgs)),
    teams: once(servers.flatMap(({ allowTeams = [] }) => allowTeams)),
  };
}

function isMember({ allowOrgs = [], allowTeams = [] }: Rules, { orgs, teams }: NonNullable<User["memberships"]>) {
  return (
    allowOrgs.some((org) => orgs.includes(org.toLowerCase())) ||
    allowTeams.some((team) => teams.includes(team.toLowerCase()))
  );
}

function isListed(entries: readonly string[], user: User): boolean {
  return entries.some((entry) => matches(entry, user));
}

function matches(entry: string, user: User): boolean {
  if (entry === "*") return true;
  if (entry.startsWith(openIdPrefix)) return isOpenIdUserNamed(entry.slice(openIdPrefix.length), user);
  // What an OpenID provider's user is called is no login: they may have chosen it.
  if (providerOf(user.sub) === "oidc") return false;
  // An all-digit entry is an id and nothing else: GitHub lets anyone take a login made of digits.
  if (/^\d+$/.test(entry)) return user.sub === `gh|${entry}`;
  return entry.toLowerCase() === user.login.toLowerCase();
}
