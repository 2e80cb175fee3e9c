import type { User } from "@gateway/store";
import type { AuthConfig } from "../config.ts";
import type { Parameters } from "../domain/parameters.ts";
import { namedMemberships } from "../domain/policy.ts";
import type { Ports } from "../ports.ts";
import { askMemberships, membershipScope, type NamedMemberships } from "./github-memberships.ts";
import { runStrategy, type StateStored, type StateVerified } from "./github-strategy.ts";
import type { SignInAtProvider, UpstreamPrompt, UpstreamProvider } from "./provider.ts";
import { UpstreamFailure, UpstreamRefusal } from "./upstream-failure.ts";

type GitHub = NonNullable<AuthConfig["github"]>;

const callbackPath = "/callback";

/** Sign-in at GitHub, with an OAuth app. */
export function gitHubProvider(
  github: GitHub,
  {
    issuer,
    resourceServers,
    clock,
    logger,
  }: Pick<Ports, "resourceServers" | "clock" | "logger"> & { readonly issuer: string },
): UpstreamProvider {
  const settings = { callbackUrl: `${issuer}${callbackPath}`, named: namedMemberships(resourceServers.servers) };
  return {
    id: "github",
    name: "GitHub",
    callbackPath,
    begin: (signIn) => begin(github, { ...settings, ...signIn }),
    complete: async (answer, { codeVerifier }) =>
      complete(github, { ...settings, logger, code: codeOf(answer), codeVerifier, now: clock() }),
  };
}

function codeOf(answer: Pick<Parameters, "get">): string {
  const error = answer.get("error");
  if (error !== undefined) throw new UpstreamRefusal(error);
  return answer.get("code") ?? "";
}

/** @param named the organizations and teams that will be asked about */
async function begin(
  github: GitHub,
  {
    callbackUrl,
    state,
    prompt,
    named,
  }: { callbackUrl: string; state: string; prompt: UpstreamPrompt | undefined; named: NamedMemberships },
): Promise<SignInAtProvider> {
  // GitHub knows no other way of not taking whoever is signed in there.
  const choosesAccount = prompt !== undefined;
  let codeVerifier = "";
  const store = {
    store(_req: unknown, verifier: string, _state: unknown, _meta: unknown, stored: StateStored) {
      codeVerifier = verifier;
      stored(null, state);
    },
  };
  const scope = membershipScope(named);
  const outcome = await runStrategy(github, { callbackUrl, store, choosesAccount, scope }, {});
  if (!("location" in outcome)) throw new UpstreamFailure("no address to redirect to");
  return { location: outcome.location, checks: { state, codeVerifier } };
}

/**
 * Exchanges GitHub's code and asks who the person is, and where rules name any, to which organizations and teams they
 * belong. GitHub's token is dropped at once.
 * @param now seconds since the epoch
 * @throws UpstreamFailure
 */
async function complete(
  github: GitHub,
  {
    callbackUrl,
    code,
    codeVerifier,
    named,
    logger,
    now,
  }: {
    callbackUrl: string;
    code: string;
    codeVerifier: string;
    named: NamedMemberships;
    logger: Ports["logger"];
    now: number;
  },
): Promise<User> {
  const store = {
    // The caller has compared the state, and that it is this browser's, before it came here.
    verify(_req: unknown, _state: unknown, _meta: unknown, verified: StateVerified) {
      verified(null, codeVerifier);
    },
  };
  const settings = { callbackUrl, store, choosesAccount: false, scope: [] };
  const outcome = await runStrategy(github, settings, { code });
  if (!("user" in outcome)) throw new UpstreamFailure("no profile");
  const { user, token } = outcome;
  if (membershipScope(named).length === 0) return user;
  const memberships = await askMemberships(github.apiUrl, { token, login: user.login, named, logger });
  return { ...user, memberships: { ...memberships, askedAt: now } };
}
