import type { PendingAuthorization } from "@gateway/store";
import type { RequestHandler } from "express";
import { refuseClient } from "../authorization-flow.ts";
import { type Browser, identifyBrowser } from "../browser/browser.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { namedMemberships } from "../domain/policy.ts";
import { isSame } from "../domain/secret-comparison.ts";
import { pageError } from "../errors.ts";
import { findPending, keepPending, takePending } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";
import { completeSignIn } from "../sign-in.ts";
import { completeGitHubSignIn } from "../upstream/github.ts";
import { GitHubFailure } from "../upstream/github-failure.ts";

/** Where GitHub sends the browser back to (RFC 6749 4.1.2, with us as the client). */
export function callback(ports: Ports): RequestHandler {
  return async (req, res) => {
    const parameters = readParameters(req.query);
    const browser = await identifyBrowser(ports, req, res);
    const { codeVerifier, ...pending } = await spendState(ports, browser, parameters);
    if (parameters.get("error") !== undefined) return await refusedByGitHub(ports, pending, parameters);
    const user = await askGitHub(ports, { code: parameters.get("code") ?? "", codeVerifier });
    await completeSignIn(ports, browser, { user, pending }, res);
  };
}

/**
 * Checks that this browser was sent to GitHub with this state, and uses it up (security.md 12, RFC 9700 4.7).
 * @returns what was pending, without its state, and the verifier
 */
async function spendState(
  ports: Ports,
  browser: Browser,
  parameters: Parameters,
): Promise<PendingAuthorization & { codeVerifier: string }> {
  const state = parameters.get("state") ?? "";
  const pending = await findPending(ports, browser, state.split(".", 1)[0]);
  const { upstream, ...rest } = pending;
  if (upstream === undefined || !isSame(upstream.state, state)) {
    throw pageError("invalid_request", "This answer from GitHub was used already, or is another sign-in's.", tryAgain);
  }
  await takePending(ports, pending);
  await keepPending(ports, rest);
  return { ...rest, codeVerifier: upstream.codeVerifier };
}

const tryAgain = "Go back to your application and connect again.";

async function refusedByGitHub(ports: Ports, pending: PendingAuthorization, parameters: Parameters): Promise<void> {
  const isCancelled = parameters.get("error") === "access_denied";
  // GitHub's own words go to the log only: a link could put anything there.
  if (!isCancelled) ports.logger.error("GitHub refused the sign-in", { reason: parameters.get("error") });
  if (isCancelled && pending.request !== undefined) {
    const description = "the user cancelled the sign-in at GitHub";
    return await refuseClient(ports, { ...pending, request: pending.request }, "access_denied", description);
  }
  const problem = isCancelled ? "You cancelled the sign-in at GitHub." : "GitHub refused the sign-in.";
  throw pageError("access_denied", problem, "Try again, or ask the operator: the reason is in the gateway's log.");
}

async function askGitHub(
  { config, resourceServers, clock, logger }: Ports,
  { code, codeVerifier }: { code: string; codeVerifier: string },
) {
  const callbackUrl = `${config.issuer}/callback`;
  if (config.github === undefined || code === "") throw pageError("invalid_request", "GitHub sent no code.", tryAgain);
  try {
    const named = namedMemberships(resourceServers.servers);
    return await completeGitHubSignIn(config.github, { callbackUrl, code, codeVerifier, named, now: clock() });
  } catch (cause) {
    if (!(cause instanceof GitHubFailure)) throw cause;
    logger.error("GitHub sign-in failed", { cause });
    throw pageError(
      "temporarily_unavailable",
      "GitHub did not confirm the sign-in.",
      `${tryAgain} It may be a passing fault.`,
    );
  }
}
