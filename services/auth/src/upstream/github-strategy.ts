import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { User } from "@gateway/store";
import { Strategy } from "passport-github2";
import { z } from "zod";
import type { AuthConfig } from "../config.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** Milliseconds for everything asked of GitHub in one sign-in. */
const patience = 10_000;

type GitHub = NonNullable<AuthConfig["github"]>;

/** The part of a GitHub profile that counts: the id, since logins can be renamed and taken over. */
const Profile = z.object({ id: z.string().regex(/^\d+$/), username: z.string().regex(/^[\w-]{1,100}$/) });
const SignedIn = z.object({ profile: Profile, token: z.string() });

export type StateStored = (error: null, state: string) => void;
export type StateVerified = (error: null, codeVerifier: string) => void;
type Outcome = { readonly location: string } | { readonly user: User; readonly token: string };
interface Settings {
  readonly callbackUrl: string;
  readonly store: object;
  readonly choosesAccount: boolean;
  readonly scope: readonly string[];
}

/** Runs the strategy once. A new one each time: passport strategies carry the outcome's functions on themselves. */
export async function runStrategy(github: GitHub, settings: Settings, query: Record<string, string>): Promise<Outcome> {
  const strategy = new GitHubStrategy(github, settings);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      timer = setTimeout(() => reject(new UpstreamFailure("no answer in time")), patience);
      strategy.success = (profile) => {
        const { data } = SignedIn.safeParse(profile);
        if (data === undefined) return reject(new UpstreamFailure("a profile without id or login"));
        const { id, username: login } = data.profile;
        resolve({ user: { sub: `gh|${id}`, login }, token: data.token });
      };
      strategy.fail = () => reject(new UpstreamFailure("refused"));
      strategy.error = (cause) => reject(new UpstreamFailure("the exchange failed", { cause }));
      strategy.redirect = (location) => resolve({ location });
      const { scope } = settings;
      strategy.authenticate({ query } as never, scope.length > 0 ? { scope: [...scope] } : {});
    });
  } finally {
    clearTimeout(timer);
    strategy.hangUp();
  }
}

/** passport-github2 with PKCE, our own state store, and connections that end with the sign-in. */
class GitHubStrategy extends Strategy {
  readonly #agents = { "http:": new HttpAgent(), "https:": new HttpsAgent() };
  readonly #apiUrl: string;
  readonly #choosesAccount: boolean;

  constructor({ clientId, clientSecret, baseUrl, apiUrl }: GitHub, { callbackUrl, store, choosesAccount }: Settings) {
    super(
      {
        clientID: clientId,
        clientSecret,
        callbackURL: callbackUrl,
        authorizationURL: `${baseUrl}/login/oauth/authorize`,
        tokenURL: `${baseUrl}/login/oauth/access_token`,
        userProfileURL: `${apiUrl}/user`,
        userAgent: "mcp-oauth-gateway",
        pkce: true,
        store,
      } as never, // its types lack `pkce` and the five-argument store of passport-oauth2
      (token: string, _refreshToken: string, profile: unknown, verified: (error: null, user: never) => void) =>
        verified(null, { profile, token } as never),
    );
    this.#apiUrl = apiUrl;
    this.#choosesAccount = choosesAccount;
    this.#useAgentFor(baseUrl);
  }

  override userProfile(accessToken: string, done: (error?: Error | null, profile?: unknown) => void): void {
    this.#useAgentFor(this.#apiUrl);
    super.userProfile(accessToken, done);
  }

  override authorizationParams(): object {
    return this.#choosesAccount ? { prompt: "select_account" } : {};
  }

  /** Ends what is still open towards GitHub. */
  hangUp(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #useAgentFor(url: string): void {
    this._oauth2.setAgent(this.#agents[new URL(url).protocol === "http:" ? "http:" : "https:"]);
  }
}
