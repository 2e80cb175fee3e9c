import type { Memberships } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { UpstreamFailure } from "./upstream-failure.ts";

/** What is asked: the organizations and teams that rules name, in lower case. */
export type NamedMemberships = Pick<Memberships, "orgs" | "teams">;

/** Milliseconds for all questions together. */
const patience = 10_000;

/** The scope that lets an app see them (decision 22: only asked for where a rule needs it). */
export function membershipScope({ orgs, teams }: NamedMemberships): readonly string[] {
  return orgs.length + teams.length > 0 ? ["read:org"] : [];
}

/**
 * Asks GitHub to which of these the person belongs, with their own token.
 * @throws UpstreamFailure when GitHub fails; what it denies knowledge of, or has under another name now, counts as no membership
 */
export async function askMemberships(
  apiUrl: string,
  { token, login, named, logger }: { token: string; login: string; named: NamedMemberships; logger: Logger },
): Promise<NamedMemberships> {
  const signal = AbortSignal.timeout(patience);
  const headers = {
    accept: "application/vnd.github+json",
    "user-agent": "mcp-oauth-gateway",
    authorization: `Bearer ${token}`,
  };
  const isActive = async (rule: string, path: string) => {
    // Not followed: whoever takes the name that was given up would be let in.
    const answer = await fetch(`${apiUrl}${path}`, { headers, signal, redirect: "manual" });
    const body = await answer.text();
    const { status } = answer;
    if (status >= 500 || status === 429) throw new UpstreamFailure(`memberships: ${status}`);
    if (status >= 300 && status < 400) warnOfRename(logger, rule);
    return status === 200 && JSON.parse(body).state === "active"; // an invitation is "pending"
  };
  try {
    return {
      orgs: await namesThat(named.orgs, (org) => isActive(org, `/user/memberships/orgs/${org}`)),
      teams: await namesThat(named.teams, (team) => isActive(team, teamMembershipPath(team, login))),
    };
  } catch (cause) {
    throw cause instanceof UpstreamFailure
      ? cause
      : new UpstreamFailure("memberships could not be asked for", { cause });
  }
}

/** @param team as `org/slug` */
export function teamMembershipPath(team: string, login: string): string {
  const [org = "", slug = ""] = team.split("/");
  return `/orgs/${org}/teams/${slug}/memberships/${login}`;
}

/** Tells the operator of a rule that matches nobody any more; the other rules are as they were. */
export function warnOfRename(logger: Logger, rule: string): void {
  logger.warn("an organization or team has another name at GitHub now", {
    rule,
    next: "write the new name into gateway.json; until then the rule lets nobody in",
  });
}

/** Those of the names that a question says yes to, all asked at once. */
export async function namesThat(
  names: readonly string[],
  keeps: (name: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const kept = await Promise.all(names.map(keeps));
  return names.filter((_, index) => kept[index]);
}
