import type { PendingAuthorization, User } from "@gateway/store";
import type { Response } from "express";
import { refuseClient } from "./authorization-flow.ts";
import { type Browser, beginSession } from "./browser/browser.ts";
import { withoutSignInPrompt } from "./domain/authorization-request.ts";
import { maySignIn } from "./domain/policy.ts";
import { pageError } from "./errors.ts";
import { hasTakenOverLogin } from "./login-owner.ts";
import { keepPending } from "./pending-authorization.ts";
import type { Ports } from "./ports.ts";
import type { UpstreamProvider } from "./upstream/provider.ts";
import { UpstreamFailure } from "./upstream/upstream-failure.ts";

/**
 * What a provider is asked for, a failure of it as a page that leads on.
 * @throws UpstreamRefusal as the provider does
 */
export async function askProvider<Answer>({ name }: UpstreamProvider, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof UpstreamFailure)) throw cause;
    throw pageError(
      "temporarily_unavailable",
      `${name} did not confirm the sign-in.`,
      "Go back to your application and connect again. It may be a passing fault.",
      { cause },
    );
  }
}

/**
 * Signs in someone whom a provider or the local page has named, and sends the browser on: to the consent of the client that
 * waits, to the page of ours that asked, or home. Whoever is not allowed gets no session, and the client that waits `access_denied`.
 */
export async function completeSignIn(
  ports: Ports,
  browser: Browser,
  { user, pending }: { user: User; pending: PendingAuthorization | undefined },
  res: Response,
): Promise<void> {
  if (!maySignIn(ports.config, user)) return await refuseUser(ports, user, pending, notListed(user));
  if (await hasTakenOverLogin(ports, user)) return await refuseUser(ports, user, pending, loginTakenOver(user));
  await beginSession(ports, browser, user, res);
  ports.metrics.signedIn(user.sub, "allowed");
  ports.logger.info("signed in", { user: user.sub, login: user.login });
  if (pending?.request === undefined) return res.redirect(303, pending?.returnTo ?? "/");
  // Without `upstreamSignIn`: it was for this one sign-in.
  const { id, browserDigest, request } = pending;
  await keepPending(ports, { id, browserDigest, request: withoutSignInPrompt(request) });
  res.redirect(303, `/consent?request=${id}`);
}

/** Why somebody may not sign in: for the log, for themselves, and what they can do. */
interface SignInRefusal {
  readonly reason: string;
  readonly problem: string;
  readonly advice: string;
}

function notListed({ login, openId }: User): SignInRefusal {
  const list = openId === undefined ? "ALLOWED_GITHUB_USERS" : "ALLOWED_OIDC_USERS";
  return {
    reason: "not on the list",
    problem: `The account ${login} may not sign in here.`,
    advice: `Ask the operator to put it on the list (${list}), or sign in with another account.`,
  };
}

function loginTakenOver({ login, sub }: User): SignInRefusal {
  return {
    reason: "the login was another account's before",
    problem: `The login ${login} was another account's when it was used here before.`,
    advice: `Ask the operator to list the account by its number, ${sub.replace(/^gh\|/, "")}, in place of its login.`,
  };
}

async function refuseUser(
  ports: Ports,
  user: User,
  pending: PendingAuthorization | undefined,
  { reason, problem, advice }: SignInRefusal,
): Promise<never> {
  // The operator needs the provider's own `sub` to put somebody on the list.
  const { sub, login, openId } = user;
  ports.metrics.signedIn(sub, "refused");
  ports.logger.warn(`sign-in refused: ${reason}`, { user: sub, login, subject: openId?.subject });
  if (pending?.request !== undefined) {
    await keepPending(ports, pending); // it may have been taken on the way to GitHub
    return await refuseClient(
      ports,
      { ...pending, request: pending.request },
      "access_denied",
      "this account may not sign in here; the operator decides who may",
    );
  }
  throw pageError("access_denied", problem, advice);
}
