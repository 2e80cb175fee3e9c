import type { AuthorizationRequest, PendingAuthorization } from "@gateway/store";
import type { Browser } from "./browser/browser.ts";
import { digest, randomToken } from "./digest.ts";
import { isSame } from "./domain/secret-comparison.ts";
import { pageError } from "./errors.ts";
import type { Ports } from "./ports.ts";

/** Seconds that a person has for each page. */
const patience = 600;

/** One on its way for a client. */
export type PendingForClient = PendingAuthorization & { readonly request: AuthorizationRequest };

/** Keeps a new authorization request (or, without one, a mere sign-in) for this browser. */
export async function beginPending<Waiting extends Pick<PendingAuthorization, "request" | "returnTo">>(
  ports: Pick<Ports, "store" | "clock">,
  browser: Browser,
  waiting: Waiting,
): Promise<Waiting & Pick<PendingAuthorization, "id" | "browserDigest">> {
  const pending = { ...waiting, id: randomToken(128), browserDigest: digest(browser.token) };
  await keepPending(ports, pending);
  return pending;
}

/** Keeps a changed one, with the full time from now. */
export async function keepPending(
  { store, clock }: Pick<Ports, "store" | "clock">,
  pending: PendingAuthorization,
): Promise<void> {
  await store.pendingAuthorizations.keep(pending, clock() + patience);
}

/**
 * The pending authorization of this id, if this browser began it (security.md 12).
 * @throws an error page for one that is over, or another browser's
 */
export async function findPending(
  { store }: Pick<Ports, "store">,
  browser: Browser,
  id: string | undefined,
): Promise<PendingAuthorization> {
  const pending = id === undefined || id.length > 64 ? undefined : await store.pendingAuthorizations.find(id);
  if (pending === undefined || !isSame(pending.browserDigest, digest(browser.token))) throw overError();
  return pending;
}

/** The same, where there must be a client that waits. */
export async function findPendingForClient(
  ports: Pick<Ports, "store">,
  browser: Browser,
  id: string | undefined,
): Promise<PendingForClient> {
  const pending = await findPending(ports, browser, id);
  if (pending.request === undefined) throw overError();
  return { ...pending, request: pending.request };
}

/** Takes it for good: of two attempts, the second is told that it is over. */
export async function takePending({ store }: Pick<Ports, "store">, { id }: PendingAuthorization): Promise<void> {
  if ((await store.pendingAuthorizations.take(id)) === undefined) throw overError();
}

function overError(): Error {
  return pageError(
    "invalid_request",
    "This sign-in is over, or it was started in another browser.",
    "If your application is connected, close this page. If it is not, connect again from there; and if this page comes back, allow cookies for this site.",
  );
}
