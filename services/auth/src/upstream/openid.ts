import type { Clock, User } from "@gateway/store";
import * as client from "openid-client";
import type { AuthConfig } from "../config.ts";
import { withinDeadline } from "../deadline.ts";
import { type OpenIdClaims, openIdUserOf } from "../domain/openid-user.ts";
import type { Parameters } from "../domain/parameters.ts";
import { isProtected } from "./bounded-fetch.ts";
import { keptConfiguration } from "./openid-configuration.ts";
import { openIdFailure } from "./openid-failure.ts";
import type { SignInAtProvider, SignInChecks, UpstreamPrompt, UpstreamProvider } from "./provider.ts";
import { UpstreamFailure, UpstreamRefusal } from "./upstream-failure.ts";

interface OpenIdOptions {
  /** Where it sends the browser back to. */
  readonly redirectUri: string;
  readonly clock: Clock;
  /** Milliseconds for everything asked of the provider in one step of a sign-in. */
  readonly patience?: number;
}

/** Sign-in at an OpenID provider (OpenID Connect Core 3.1, code flow with PKCE and nonce). */
export function openIdProvider(
  oidc: NonNullable<AuthConfig["oidc"]>,
  { redirectUri, clock, patience = 10_000 }: OpenIdOptions,
): Pick<UpstreamProvider, "begin" | "complete"> {
  const configuration = keptConfiguration(oidc, clock);
  return {
    begin: ({ state, prompt }) =>
      bounded(patience, async () => begin(await configuration(), { redirectUri, scope: oidc.scopes, state, prompt })),
    complete: (answer, checks) =>
      bounded(patience, async () =>
        userOf(oidc.issuer, await claimsOf(await configuration(), redirectUri, answer, checks)),
      ),
  };
}

/** Within the time, and every failure as one that can be logged. */
async function bounded<Value>(patience: number, work: () => Promise<Value>): Promise<Value> {
  try {
    return await withinDeadline(work(), patience);
  } catch (error) {
    if (error instanceof UpstreamFailure) throw error;
    // Thrown after `iss` was compared (RFC 9207 2.4), so that the error is this provider's.
    if (error instanceof client.AuthorizationResponseError) throw new UpstreamRefusal(error.error);
    throw openIdFailure(error);
  }
}

async function begin(
  configuration: client.Configuration,
  asked: { redirectUri: string; scope: string; state: string; prompt: UpstreamPrompt | undefined },
): Promise<SignInAtProvider> {
  const { redirectUri, scope, state, prompt } = asked;
  const codeVerifier = client.randomPKCECodeVerifier();
  const nonce = client.randomNonce();
  const { href: location } = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    ...(prompt === undefined ? {} : { prompt: promptFor(configuration, prompt) }),
  });
  if (!isProtected(location))
    throw new UpstreamFailure("its authorization_endpoint is neither https nor on this machine");
  return { location, checks: { state, codeVerifier, nonce } };
}

// Every provider knows `login` (OpenID Connect Core 15.1); one that does not know `select_account` may refuse it.
function promptFor(configuration: client.Configuration, prompt: UpstreamPrompt): UpstreamPrompt {
  const { prompt_values_supported: known } = configuration.serverMetadata();
  return Array.isArray(known) && known.includes(prompt) ? prompt : "login";
}

/** Exchanges the code, checks the ID token (OpenID Connect Core 3.1.3.7) and gives the claims about the person. */
async function claimsOf(
  configuration: client.Configuration,
  redirectUri: string,
  answer: Pick<Parameters, "get">,
  { state, codeVerifier, nonce }: SignInChecks,
): Promise<OpenIdClaims> {
  const checks = { pkceCodeVerifier: codeVerifier, expectedState: state, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(configuration, answerUrl(redirectUri, answer), {
    ...checks,
    expectedNonce: nonce ?? "", // never absent: it would not be compared then
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new UpstreamFailure("no ID token");
  // A provider may answer `azp` beside a single audience, where the library does not look at it.
  if (claims.azp !== undefined && claims.azp !== configuration.clientMetadata().client_id) {
    throw new UpstreamFailure("the ID token is for another client (azp)");
  }
  if (claims.email !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  // OpenID Connect Core 5.4: what the scopes ask for is at the UserInfo endpoint; whose it is, the library compares.
  const info = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
  return { preferred_username: claims.preferred_username, ...info };
}

/** The redirect as the library wants it: nothing of the request's own address counts, and only these parameters. */
function answerUrl(redirectUri: string, answer: Pick<Parameters, "get">): URL {
  const url = new URL(redirectUri);
  for (const name of ["code", "state", "iss", "error"]) {
    const value = answer.get(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

function userOf(issuer: string, claims: OpenIdClaims): User {
  const user = openIdUserOf(issuer, claims);
  if (user === undefined) throw new UpstreamFailure("a sub that is longer than 255 characters");
  return user;
}
