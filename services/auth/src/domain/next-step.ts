import type { ResourceServer } from "@gateway/registry";
import type { AuthorizationRequest } from "@gateway/store";
import { hasPrompt } from "./authorization-request.ts";

/** Seconds. Decision 23: whoever is unverified or answers on loopback (that is every dynamic client) asks again. */
const consentHolds = 30 * 86_400;

/** What an authorization request is waiting for. */
export type NextStep =
  | { readonly step: "sign-in" }
  /** `choices`: the servers to choose from, when the request named none; otherwise the one it named. */
  | { readonly step: "consent"; readonly choices: readonly ResourceServer[] }
  | { readonly step: "issue-code"; readonly resource: string }
  | { readonly step: "refuse"; readonly error: "login_required" | "consent_required" | "access_denied" };

/**
 * What comes next for a valid authorization request (oauth-wire 5).
 * @param isSignedIn whether this browser has a session
 * @param usable the servers that this person may use
 * @param named the server that the request's `resource` means
 * @param consentGivenAt when this very tuple was agreed to, seconds since the epoch
 */
export function nextStep({
  request: { prompt, resource },
  isSignedIn,
  usable,
  named,
  consentGivenAt,
  now,
}: {
  request: Pick<AuthorizationRequest, "prompt" | "resource">;
  isSignedIn: boolean;
  usable: readonly ResourceServer[];
  named: ResourceServer | undefined;
  consentGivenAt: number | undefined;
  now: number;
}): NextStep {
  const isSilent = hasPrompt(prompt, "none");
  const mustSignInAgain = hasPrompt(prompt, "login") || hasPrompt(prompt, "select_account");
  if (!isSignedIn && isSilent) return { step: "refuse", error: "login_required" };
  if (!isSignedIn || mustSignInAgain) return { step: "sign-in" };
  const choices = resource === undefined ? usable : usable.filter((server) => server === named);
  if (choices.length === 0) return { step: "refuse", error: "access_denied" };
  const holds = consentGivenAt !== undefined && now - consentGivenAt < consentHolds && !hasPrompt(prompt, "consent");
  if (resource !== undefined && holds) return { step: "issue-code", resource };
  return isSilent ? { step: "refuse", error: "consent_required" } : { step: "consent", choices };
}
