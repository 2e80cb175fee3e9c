import { createHmac } from "node:crypto";
import type { Request } from "express";
import type { Parameters } from "../domain/parameters.ts";
import { isSame } from "../domain/secret-comparison.ts";
import { pageError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { Browser } from "./browser.ts";

/** Which form, and for which pending authorization or user code, a token is good for. */
export interface FormPurpose {
  readonly form: "login" | "consent" | "logout" | "device" | "device-consent" | "account" | "tokens";
  readonly requestId?: string | undefined;
}

/** The anti-forgery token of a form: bound to the browser, to who is signed in there, and to its purpose. */
export function formToken({ derivedKeys }: Pick<Ports, "derivedKeys">, browser: Browser, purpose: FormPurpose): string {
  // None of the parts can hold a newline, so that no two lists of parts look alike.
  const parts = [purpose.form, purpose.requestId ?? "", browser.token, browser.sessionToken ?? ""];
  return createHmac("sha256", derivedKeys.csrf).update(parts.join("\n")).digest("base64url");
}

/** Refuses a form that was not sent from our own page in this browser (decision 25). Origin is `null` here, and not asked. */
export function requireFormToken(
  ports: Pick<Ports, "derivedKeys">,
  browser: Browser,
  purpose: FormPurpose,
  { req, form }: { req: Request; form: Parameters },
): void {
  const site = req.get("sec-fetch-site");
  const isGood = isSame(form.get("csrf") ?? "", formToken(ports, browser, purpose));
  if (isGood && (site === undefined || site === "same-origin")) return;
  throw pageError(
    "access_denied",
    "This form is no longer good, or it was not sent from this page.",
    "Go back to your application and connect again. If it happens again, allow cookies for this site.",
  );
}
