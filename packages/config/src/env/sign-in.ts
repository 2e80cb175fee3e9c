import type { Problem } from "../problem.ts";
import { isLoopbackName } from "./values.ts";

/** The ways in which people can sign in, as gateway.json names them. */
export const signInWays = ["github", "oidc", "local"] as const;
export type SignInWay = (typeof signInWays)[number];

/** The variables that decide in which ways people can sign in. */
export interface SignInEnv {
  readonly HOST: string;
  readonly ISSUER: string;
  readonly LOCAL_LOGIN: boolean;
  readonly GITHUB_CLIENT_ID?: string | undefined;
  readonly GITHUB_CLIENT_SECRET?: string | undefined;
  readonly GITHUB_API_URL: string;
  readonly GITHUB_PAT?: string | undefined;
  readonly OIDC_ISSUER?: string | undefined;
  readonly OIDC_CLIENT_ID?: string | undefined;
  readonly OIDC_CLIENT_SECRET?: string | undefined;
}

/** What tells which of the ways are configured. */
type ConfiguredWays = Pick<SignInEnv, "LOCAL_LOGIN" | "GITHUB_CLIENT_ID" | "OIDC_ISSUER">;

interface SignInProblem {
  readonly at: keyof SignInEnv;
  readonly allowed: string;
}

/** What belongs together: each is needed as soon as another one of its row is set. */
const providers = [
  {
    GITHUB_CLIENT_ID: "the id of the GitHub OAuth app that GITHUB_CLIENT_SECRET is of",
    GITHUB_CLIENT_SECRET: "the secret of the GitHub OAuth app that GITHUB_CLIENT_ID names",
  },
  {
    OIDC_ISSUER: "the issuer of the OpenID provider, since another OIDC_ variable is set",
    OIDC_CLIENT_ID: "the client id that the OpenID provider gave this gateway",
    OIDC_CLIENT_SECRET: "the client secret that the OpenID provider gave this gateway",
  },
] as const;

/** People sign in at a provider, of which there may be two, or without a password from this machine alone (decision 18). */
export function signInProblems(env: SignInEnv): readonly SignInProblem[] {
  const missing = providers.flatMap((variables) => missingOf(env, variables));
  if (missing.length > 0) return missing;
  if (env.LOCAL_LOGIN) return localLoginProblems(env);
  if (hasProvider(env)) return serviceTokenProblems(env);
  const allowed =
    "the id of a GitHub OAuth app, or an OpenID provider in OIDC_ISSUER (just setup asks for either), or LOCAL_LOGIN=1 on loopback";
  return [{ at: "GITHUB_CLIENT_ID", allowed }];
}

/**
 * What is wrong with the ways that gateway.json offers: it can leave out one that is configured, and make none.
 * @param offered undefined: all that are configured
 */
export function offeredWayProblems(offered: readonly SignInWay[] = [], env: ConfiguredWays): readonly Problem[] {
  return offered
    .filter((way) => !isConfigured(way, env))
    .map((way) => ({ at: "gateway.login", found: `"${way}"`, allowed: `${way} only ${needs[way]}` }));
}

const needs: Readonly<Record<SignInWay, string>> = {
  github: "with GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET in .env (just setup asks for them)",
  oidc: "with OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET in .env (just setup asks for them)",
  local: "on this machine alone, with neither GITHUB_CLIENT_ID nor OIDC_ISSUER in .env: then LOCAL_LOGIN is 1",
};

/** Whether a way is offered, where it is configured. @param offered undefined: all are */
export function isOffered(way: SignInWay, offered?: readonly SignInWay[]): boolean {
  return offered?.includes(way) ?? true;
}

function isConfigured(way: SignInWay, { GITHUB_CLIENT_ID, OIDC_ISSUER, LOCAL_LOGIN }: ConfiguredWays): boolean {
  if (way === "local") return LOCAL_LOGIN;
  return (way === "github" ? GITHUB_CLIENT_ID : OIDC_ISSUER) !== undefined;
}

function missingOf(env: SignInEnv, variables: Readonly<Partial<Record<keyof SignInEnv, string>>>): SignInProblem[] {
  const names = Object.keys(variables) as (keyof SignInEnv)[];
  if (names.every((name) => env[name] === undefined)) return [];
  return names.filter((name) => env[name] === undefined).map((at) => ({ at, allowed: variables[at] ?? "" }));
}

function hasProvider({ GITHUB_CLIENT_ID, OIDC_ISSUER }: SignInEnv): boolean {
  return GITHUB_CLIENT_ID !== undefined || OIDC_ISSUER !== undefined;
}

function serviceTokenProblems({ GITHUB_PAT, GITHUB_API_URL }: SignInEnv): SignInProblem[] {
  const { protocol, hostname } = new URL(GITHUB_API_URL);
  if (GITHUB_PAT === undefined || protocol === "https:" || isLoopbackName(hostname)) return [];
  return [{ at: "GITHUB_API_URL", allowed: "an https:// URL, because GITHUB_PAT is sent there" }];
}

function localLoginProblems(env: SignInEnv): readonly SignInProblem[] {
  const { HOST, ISSUER } = env;
  const needed = "loopback only, because LOCAL_LOGIN=1 asks for no password";
  return [
    ...(hasProvider(env)
      ? [{ at: "LOCAL_LOGIN", allowed: "0, because a GitHub app or an OpenID provider is configured" } as const]
      : []),
    ...(isLoopbackName(HOST) ? [] : [{ at: "HOST", allowed: `127.0.0.1 or ::1: ${needed}` } as const]),
    ...(isLoopbackName(new URL(ISSUER).hostname)
      ? []
      : [{ at: "ISSUER", allowed: `http://localhost:PORT: ${needed}` } as const]),
  ];
}
