import type { ResourceServer } from "@gateway/registry";
import type { Clock, User } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { z } from "zod";
import { namedMemberships } from "../domain/policy.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { namesThat, teamMembershipPath, warnOfRename } from "./github-memberships.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** Milliseconds for all questions about one person. */
const patience = 10_000;
/** Seconds in which GitHub is left alone after it failed. */
const pause = 30;

const Account = z.object({ id: z.number(), login: z.string().regex(/^[\w-]{1,100}$/) });
const TeamMembership = z.object({ state: z.string() });

interface ServiceSettings {
  readonly apiUrl: string;
  readonly serviceToken: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Who somebody is at GitHub now and to which of a server's organizations and teams they belong, private memberships
 * included, asked with the service token. Those who ask about one person at the same time get one answer.
 * @returns asks about one user and server
 * @throws UpstreamFailure; what GitHub denies knowledge of, or has under another name now, counts as no membership
 */
export function serviceMemberships(settings: ServiceSettings): (user: User, server: ResourceServer) => Promise<User> {
  const asking = new Map<string, Promise<User>>();
  let failed: { readonly until: number; readonly failure: UpstreamFailure } | undefined;
  return (user, server) => {
    if (failed !== undefined && settings.clock() < failed.until) return Promise.reject(failed.failure);
    const key = `${user.sub} ${server.name}`;
    const begun = asking.get(key);
    if (begun !== undefined) return begun;
    const answer = ask(settings, user, server)
      .catch((failure: UpstreamFailure) => {
        if (failure.isPassing) failed = { until: settings.clock() + pause, failure };
        throw failure;
      })
      .finally(() => asking.delete(key));
    asking.set(key, answer);
    return answer;
  };
}

async function ask(settings: ServiceSettings, user: User, server: ResourceServer): Promise<User> {
  const named = namedMemberships([server]);
  const askedAt = settings.clock(); // before the answer: what GitHub says may be as old as the question
  const get = questioner(settings);
  // The id first: a login that was given up may be somebody else's by now.
  const account = await findAccount(get, user.sub.replace(/^gh\|/, ""));
  if (account === undefined) return { ...user, memberships: { orgs: [], teams: [], askedAt } };
  const { login } = account;
  const ofRule = async (rule: string, path: string) => {
    const answer = await get(path);
    if (answer.status === "moved") warnOfRename(settings.logger, rule);
    return answer;
  };
  const orgs = await namesThat(named.orgs, async (org) => {
    return (await ofRule(org, `/orgs/${org}/members/${login}`)).status === 204;
  });
  const teams = await namesThat(named.teams, async (team) => {
    const { body } = await ofRule(team, teamMembershipPath(team, login));
    return TeamMembership.safeParse(body).data?.state === "active"; // an invitation is "pending"
  });
  return { ...user, login, memberships: { orgs, teams, askedAt } };
}

/** `moved`: what the path names has another name now. */
type Question = (path: string) => Promise<{ readonly status: 200 | 204 | 404 | "moved"; readonly body: unknown }>;

function questioner({ apiUrl, serviceToken }: ServiceSettings): Question {
  const signal = AbortSignal.timeout(patience);
  const headers = {
    accept: "application/vnd.github+json",
    "user-agent": "mcp-oauth-gateway",
    authorization: `Bearer ${serviceToken}`,
  };
  return async (path) => {
    try {
      const answer = await boundedFetch(`${apiUrl}${path}`, { headers, signal });
      const { status } = answer;
      if (status === 301 || status === 308) return { status: "moved", body: undefined };
      if (status !== 200 && status !== 204 && status !== 404) throw failureOf(answer);
      return { status, body: status === 200 ? await answer.json() : undefined };
    } catch (cause) {
      throw cause instanceof UpstreamFailure ? cause : new UpstreamFailure("GitHub does not answer", { cause });
    }
  };
}

/** GitHub refuses a token that is not good, or may not see this, with 401 or 403, or (not being a member) a redirect. */
function failureOf({ status, headers }: Response): UpstreamFailure {
  const isRateLimit = headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
  const isPassing = status >= 500 || status === 429 || isRateLimit;
  return new UpstreamFailure(`GitHub answers GITHUB_PAT with ${status}`, { isPassing });
}

async function findAccount(get: Question, id: string): Promise<{ login: string } | undefined> {
  const { status, body } = await get(`/user/${id}`);
  if (status !== 200) return undefined; // the account is gone
  const { data } = Account.safeParse(body);
  if (data === undefined || `${data.id}` !== id) throw new UpstreamFailure("GitHub answers with another account");
  return data;
}
