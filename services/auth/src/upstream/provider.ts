import type { UpstreamSignIn, User } from "@gateway/store";
import type { Parameters } from "../domain/parameters.ts";

/** Where else than here people sign in, with us as the client. */
export interface UpstreamProvider {
  readonly id: UpstreamSignIn["provider"];
  /** As people know it. */
  readonly name: string;
  /**
   * Where it sends the browser back to. Each provider has a path of its own, so that one can never be taken for
   * another (mix-up, RFC 9700 4.4.2.2).
   */
  readonly callbackPath: "/callback" | "/callback/oidc";
  /**
   * Begins a sign-in there.
   * @param state ours; the provider hands it back
   * @param prompt whether the person should sign in anew there, or be offered another account
   * @returns where to send the browser, and what its answer will be checked by
   * @throws UpstreamFailure
   */
  begin(signIn: { readonly state: string; readonly prompt: UpstreamPrompt | undefined }): Promise<SignInAtProvider>;
  /**
   * Who signed in, by what the browser came back with. The caller has compared the state. The provider's tokens are
   * dropped at once.
   * @throws UpstreamFailure
   * @throws UpstreamRefusal where the provider sent an error back
   */
  complete(answer: Pick<Parameters, "get">, checks: SignInChecks): Promise<User>;
}

export type UpstreamPrompt = "login" | "select_account";

export interface SignInAtProvider {
  readonly location: string;
  readonly checks: SignInChecks;
}

/** What a provider's answer is checked by. Secret until then: the store has it sealed. */
export interface SignInChecks {
  readonly state: string;
  /** PKCE (RFC 7636), with us as the client. */
  readonly codeVerifier: string;
  /** Of an OpenID provider only: ties its ID token to this sign-in (OpenID Connect Core 3.1.2.1). */
  readonly nonce?: string;
}
