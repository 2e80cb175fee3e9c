import { hkdfSync } from "node:crypto";
import type { UpstreamSignIn } from "@gateway/store";
import type { Browser } from "./browser/browser.ts";
import { digest } from "./digest.ts";
import { isSame } from "./domain/secret-comparison.ts";
import { seal, unseal } from "./sealing.ts";
import type { SignInChecks } from "./upstream/provider.ts";

/** The browser's own cookie. */
type Cookie = Pick<Browser, "token">;

/**
 * What the store keeps of a sign-in that waits at a provider: the digest of its state, and the rest encrypted under a
 * key that only this browser's cookie and that state give. The store knows digests of both, so a dump of it holds
 * nothing to complete the sign-in with (security.md 9), and every replica can open what the browser brings back.
 */
export function sealSignIn(
  browser: Cookie,
  provider: UpstreamSignIn["provider"],
  { state, ...secrets }: SignInChecks,
): UpstreamSignIn {
  return {
    provider,
    stateDigest: digest(state),
    sealedChecks: seal(sealingKey(browser, state), JSON.stringify(secrets)),
  };
}

/**
 * Undoes `sealSignIn` for what a browser came back with. The caller has found that the sign-in is this browser's.
 * @returns undefined for the answer of another provider, or to another sign-in
 */
export function openSignIn(
  browser: Cookie,
  provider: UpstreamSignIn["provider"],
  { state, upstreamSignIn }: { readonly state: string; readonly upstreamSignIn: UpstreamSignIn },
): SignInChecks | undefined {
  if (upstreamSignIn.provider !== provider || !isSame(upstreamSignIn.stateDigest, digest(state))) return undefined;
  const secrets = JSON.parse(unseal(sealingKey(browser, state), upstreamSignIn.sealedChecks));
  return { ...(secrets as Omit<SignInChecks, "state">), state };
}

function sealingKey({ token }: Cookie, state: string): Buffer {
  return Buffer.from(hkdfSync("sha256", token, state, "upstream sign-in", 32));
}
