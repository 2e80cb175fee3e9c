import type { Upstream, User } from "@gateway/store";
import type { Parameters } from "../domain/parameters.ts";

/** Where else than here people sign in, with us as the client. */
export interface UpstreamProvider {
  readonly id: NonNullable<Upstream["provider"]>;
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
   * @returns where to send the browser, and what to keep until it is back
   * @throws UpstreamFailure
   */
  begin(signIn: { readonly state: string; readonly prompt: UpstreamPrompt | undefined }): Promise<SignInAtProvider>;
  /**
   * Who signed in, by what the browser came back with. The caller has compared the state. The provider's tokens are
   * dropped at once.
   * @throws UpstreamFailure
   * @throws UpstreamRefusal where the provider sent an error back
   */
  complete(answer: Pick<Parameters, "get">, upstream: Upstream): Promise<User>;
}

export type UpstreamPrompt = "login" | "select_account";

export interface SignInAtProvider {
  readonly location: string;
  readonly upstream: Upstream;
}
