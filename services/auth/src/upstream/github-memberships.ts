import type { Memberships } from "@gateway/store";
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
 * @throws UpstreamFailure when GitHub fails; what it denies knowledge of counts as no membership
 */
export async function askMemberships(
  apiUrl: string,
  { token, login, named }: { token: string; login: string; named: NamedMemberships },
): Promise<NamedMemberships> {
  const signal = AbortSignal.timeout(patience);
  const headers = {
    accept: "application/vnd.github+json",
    "user-agent": "mcp-oauth-gateway",
    authorization: `Bearer ${token}`,
  };
  const isActive = async (path: string) => {
    const answer = await fetch(`${apiUrl}${path}`, { headers, signal, redirect: "error" });
    const body = (await answer.json()) as { state?: unknown };
    if (answer.status >= 500 || answer.status === 429) throw new UpstreamFailure(`memberships: ${answer.status}`);
    return answer.status === 200 && body.state === "active"; // an invitation is "pending"
  };
  const teamPath = (team: string) => {
    const [org = "", slug = ""] = team.split("/");
    return `/orgs/${org}/teams/${slug}/memberships/${login}`;
  };
  try {
    return {
      orgs: await namesThat(named.orgs, (org) => isActive(`/user/memberships/orgs/${org}`)),
      teams: await namesThat(named.teams, (team) => isActive(teamPath(team))),
    };
  } catch (cause) {
    throw cause instanceof UpstreamFailure
      ? cause
      : new UpstreamFailure("memberships could not be asked for", { cause });
  }
}

/** Those of the names that a question says yes to, all asked at once. */
export async function namesThat(
  names: readonly string[],
  keeps: (name: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const kept = await Promise.all(names.map(keeps));
  return names.filter((_, index) => kept[index]);
}
