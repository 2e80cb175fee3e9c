import type { BrowserSession } from "@gateway/store";
import type { Request, Response } from "express";
import { pageError } from "../errors.ts";
import { beginPending } from "../pending-authorization.ts";
import type { Ports } from "../ports.ts";
import type { RateLimit } from "../rate-limit.ts";
import { type Browser, identifyBrowser } from "./browser.ts";

/** A browser in which somebody is signed in. */
export type SignedIn = Browser & { readonly session: BrowserSession };

/**
 * The browser, if somebody is signed in there; otherwise it is sent to sign in, and back, and undefined is given.
 * @param returnTo path and query of a page of ours, nothing of which a stranger chose
 */
export async function findSession(
  ports: Pick<Ports, "config" | "store" | "clock">,
  { req, res, countSignIn }: { req: Request; res: Response; countSignIn: RateLimit },
  returnTo: string,
): Promise<SignedIn | undefined> {
  const browser = await identifyBrowser(ports, req, res);
  if (isSignedIn(browser)) return browser;
  await countSignIn(req.ip ?? "");
  const { id } = await beginPending(ports, browser, { returnTo });
  res.redirect(303, `/login?request=${id}`);
  return undefined;
}

/** The same for a form, whose page can only have been shown to someone who was signed in. */
export function requireSession(browser: Browser): SignedIn {
  if (isSignedIn(browser)) return browser;
  throw pageError("access_denied", "You are not signed in any more.", "Go back, reload the page, and sign in again.");
}

function isSignedIn(browser: Browser): browser is SignedIn {
  return browser.session !== undefined;
}
