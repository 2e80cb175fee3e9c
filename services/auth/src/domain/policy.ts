import type { ResourceServer } from "@gateway/registry";
import type { User } from "@gateway/store";
import type { AuthConfig } from "../config.ts";

/** May this person sign in at all? Asked at sign-in and again on every request, so that a removal acts at once. */
export function maySignIn({ github, localLogin }: Pick<AuthConfig, "github" | "localLogin">, user: User): boolean {
  if (user.sub.startsWith("gh|")) return github !== undefined && isListed(github.allowedUsers, user);
  // Decision 18: the local login has a list of its own, compared exactly as the operating system would.
  if (user.sub.startsWith("local|")) return localLogin?.users.includes(user.login) ?? false;
  return false;
}

type Rules = Pick<ResourceServer, "allowUsers" | "allowOrgs" | "allowTeams">;

/** May someone who may sign in use this server? A server without a list of its own is open to all of them. */
export function mayUse(server: Rules, user: User): boolean {
  return server.allowUsers === undefined || isListed(server.allowUsers, user) || isMember(server, user);
}

/** Seconds for which a membership counts after GitHub was asked (decision 22). */
const membershipHolds = 86_400;

/**
 * When access to a server must end that would otherwise end at `end`: a right that rests on an organization or team
 * alone is good for a day from the sign-in that asked for it (decision 22). Seconds since the epoch.
 */
export function endOfAccess(server: Rules | undefined, user: User, end: number): number {
  const restsOnMembership = server?.allowUsers !== undefined && !isListed(server.allowUsers, user);
  return restsOnMembership ? Math.min(end, (user.memberships?.askedAt ?? 0) + membershipHolds) : end;
}

/** The organizations and teams that any rule names, once each, in lower case. */
export function namedMemberships(servers: readonly Rules[]): { readonly orgs: string[]; readonly teams: string[] } {
  const once = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))];
  return {
    orgs: once(servers.flatMap(({ allowOrgs = [] }) => allowOrgs)),
    teams: once(servers.flatMap(({ allowTeams = [] }) => allowTeams)),
  };
}

function isMember({ allowOrgs = [], allowTeams = [] }: Rules, { memberships }: User): boolean {
  if (memberships === undefined) return false;
  const { orgs, teams } = memberships;
  return (
    allowOrgs.some((org) => orgs.includes(org.toLowerCase())) ||
    allowTeams.some((team) => teams.includes(team.toLowerCase()))
  );
}

function isListed(entries: readonly string[], user: User): boolean {
  return entries.some((entry) => matches(entry, user));
}

function matches(entry: string, { sub, login }: User): boolean {
  if (entry === "*") return true;
  // An all-digit entry is an id and nothing else: GitHub lets anyone take a login made of digits.
  if (/^\d+$/.test(entry)) return sub === `gh|${entry}`;
  return entry.toLowerCase() === login.toLowerCase();
}
