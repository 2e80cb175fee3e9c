import type { PendingAuthorization, User } from "@gateway/store";
import type { RequestHandler } from "express";
import { refuseClient } from "../authorization-flow.ts";
import { type Browser, identifyBrowser } from "../browser/browser.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { pageError } from "../errors.ts";
import { findPending, keepPending, takePending } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";
import { openSignIn } from "../sealed-sign-in.ts";
import { askProvider, completeSignIn } from "../sign-in.ts";
import type { SignInChecks, UpstreamProvider } from "../upstream/provider.ts";
import { UpstreamRefusal } from "../upstream/upstream-failure.ts";

/** Where a provider sends the browser back to (RFC 6749 4.1.2, with us as the client). */
export function callback(ports: Ports, provider: UpstreamProvider): RequestHandler {
  return async (req, res) => {
    const parameters = readParameters(req.query);
    const browser = await identifyBrowser(ports, req, res);
    const { checks, pending } = await spendState(ports, provider, browser, parameters);
    const user = await askWho(ports, provider, { parameters, checks, pending });
    await completeSignIn(ports, browser, { user, pending }, res);
  };
}

/**
 * Checks that this browser was sent to this provider with this state, and uses it up (security.md 12, RFC 9700 4.4, 4.7).
 * @returns what was pending, and what the provider's answer is checked by
 */
async function spendState(
  ports: Ports,
  provider: UpstreamProvider,
  browser: Browser,
  parameters: Parameters,
): Promise<{ pending: PendingAuthorization; checks: SignInChecks }> {
  const state = parameters.get("state") ?? "";
  const { upstreamSignIn, ...pending } = await findPending(ports, browser, state.split(".", 1)[0]);
  const checks = upstreamSignIn && openSignIn(browser, provider.id, { state, upstreamSignIn });
  if (checks === undefined) {
    const problem = `This answer from ${provider.name} was used already, or is another sign-in's.`;
    throw pageError("invalid_request", problem, tryAgain);
  }
  await takePending(ports, pending);
  await keepPending(ports, pending);
  return { pending, checks };
}

const tryAgain = "Go back to your application and connect again.";

async function askWho(
  ports: Ports,
  provider: UpstreamProvider,
  back: { parameters: Parameters; checks: SignInChecks; pending: PendingAuthorization },
): Promise<User> {
  const { parameters, checks, pending } = back;
  if (parameters.get("code") === undefined && parameters.get("error") === undefined) {
    throw pageError("invalid_request", `${provider.name} sent no code.`, tryAgain);
  }
  try {
    return await askProvider(provider, () => provider.complete(parameters, checks));
  } catch (cause) {
    if (!(cause instanceof UpstreamRefusal)) throw cause;
    return await refusedByProvider(ports, provider, pending, cause);
  }
}

async function refusedByProvider(
  ports: Ports,
  { name }: UpstreamProvider,
  pending: PendingAuthorization,
  cause: UpstreamRefusal,
): Promise<never> {
  const isCancelled = cause.error === "access_denied";
  if (isCancelled && pending.request !== undefined) {
    const description = "the user cancelled the sign-in";
    return await refuseClient(ports, { ...pending, request: pending.request }, "access_denied", description);
  }
  // The provider's own words go to the log only: a link could put anything there.
  const advice = "Try again, or ask the operator: the reason is in the gateway's log.";
  if (isCancelled) throw pageError("access_denied", `You cancelled the sign-in at ${name}.`, advice);
  throw pageError("access_denied", `${name} refused the sign-in.`, advice, { cause });
}
