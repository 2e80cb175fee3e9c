import type { BrowserSession, User } from "@gateway/store";
import type { Request, Response } from "express";
import { digest, randomToken } from "../digest.ts";
import { maySignIn } from "../domain/policy.ts";
import type { Ports } from "../ports.ts";
import { readCookie, writeCookie } from "./cookies.ts";

/** Seconds. */
const sessionLifetime = 12 * 3_600;

/** The browser that sent a request, and who is signed in there. */
export interface Browser {
  /** The value of its own cookie; ties pending authorizations and forms to it. */
  readonly token: string;
  readonly sessionToken: string | undefined;
  readonly session: BrowserSession | undefined;
}

/** Recognises the browser; one that is new gets its cookie now. A session of somebody no longer allowed is none. */
export async function identifyBrowser(
  { config, store }: Pick<Ports, "config" | "store">,
  req: Request,
  res: Response,
): Promise<Browser> {
  const token = readCookie(req, config.issuer, "gateway-browser") ?? giveBrowserCookie(res, config.issuer);
  const sessionToken = readCookie(req, config.issuer, "gateway-session");
  const found = sessionToken === undefined ? undefined : await store.browserSessions.find(digest(sessionToken));
  const session = found !== undefined && maySignIn(config, found.user) ? found : undefined;
  return { token, sessionToken: session && sessionToken, session };
}

function giveBrowserCookie(res: Response, issuer: string): string {
  const token = randomToken();
  writeCookie(res, issuer, "gateway-browser", token);
  return token;
}

/** Signs a user in: a new session id, whatever the browser had before (session fixation, oauth-wire 5). */
export async function beginSession(
  { config, store, clock }: Pick<Ports, "config" | "store" | "clock">,
  browser: Browser,
  user: User,
  res: Response,
): Promise<void> {
  const sessionToken = randomToken();
  const now = clock();
  if (browser.sessionToken !== undefined) await store.browserSessions.end(digest(browser.sessionToken));
  const session = { user, authTime: now, expiresAt: now + sessionLifetime };
  await store.browserSessions.begin(digest(sessionToken), session);
  writeCookie(res, config.issuer, "gateway-session", sessionToken);
}

/** Signs out. */
export async function endSession(
  { config, store }: Pick<Ports, "config" | "store">,
  browser: Browser,
  res: Response,
): Promise<void> {
  if (browser.sessionToken !== undefined) await store.browserSessions.end(digest(browser.sessionToken));
  writeCookie(res, config.issuer, "gateway-session", undefined);
}
