import { randomBytes } from "node:crypto";
import { StoreUnavailable } from "@gateway/store";
import type { ErrorRequestHandler, Response } from "express";
import { loggedPath } from "./domain/logged-path.ts";
import { authorizationResponseUri } from "./domain/redirect-uri.ts";
import { renderProblem } from "./pages/problem.ts";
import type { Ports } from "./ports.ts";
import { noteClient, noteError, requestIdIn } from "./request-log.ts";

/** Every error code of ours with its status when it is the answer itself, not a redirect. */
const statuses = {
  invalid_request: 400, // RFC 6749 4.1.2.1, 5.2
  invalid_client: 401, // RFC 6749 5.2
  invalid_token: 401, // RFC 6750 3.1
  invalid_grant: 400, // RFC 6749 5.2
  unauthorized_client: 400, // RFC 6749 4.1.2.1, 5.2
  unsupported_grant_type: 400, // RFC 6749 5.2
  unsupported_response_type: 400, // RFC 6749 4.1.2.1
  invalid_scope: 400, // RFC 6749 5.2
  invalid_target: 400, // RFC 8707 2
  access_denied: 403, // RFC 6749 4.1.2.1
  login_required: 400, // OpenID Connect Core 3.1.2.6
  consent_required: 400, // OpenID Connect Core 3.1.2.6
  request_not_supported: 400, // OpenID Connect Core 3.1.2.6
  request_uri_not_supported: 400, // OpenID Connect Core 3.1.2.6
  invalid_client_metadata: 400, // RFC 7591 3.2.2
  invalid_redirect_uri: 400, // RFC 7591 3.2.2
  invalid_software_statement: 400, // RFC 7591 3.2.2
  unapproved_software_statement: 400, // RFC 7591 3.2.2
  authorization_pending: 400, // RFC 8628 3.5
  slow_down: 400, // RFC 8628 3.5
  expired_token: 400, // RFC 8628 3.5
  not_found: 404,
  method_not_allowed: 405, // RFC 9110 15.5.6
  too_many_requests: 429, // RFC 6585 4
  server_error: 500, // RFC 6749 4.1.2.1
  temporarily_unavailable: 503, // RFC 6749 4.1.2.1
} as const satisfies Readonly<Record<string, number>>;

export type OAuthErrorCode = keyof typeof statuses;

/** The HTTP status that an error of this code has, unless it was made with another. */
export function statusOf(code: OAuthErrorCode): number {
  return statuses[code];
}

/** Who is told: the caller, as JSON; a person, on a page of ours; or the client, at its proven redirect URI. */
export type Delivery =
  | { readonly to: "caller"; readonly headers?: Readonly<Record<string, string>> }
  | { readonly to: "person"; readonly advice: string }
  | {
      readonly to: "client";
      readonly clientId: string;
      readonly redirectUri: string;
      readonly state: string | undefined;
    };

/** An answer that is an error (RFC 6749 4.1.2.1, 5.2). The description is for the client's developer: fixed words. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: OAuthErrorCode;
  readonly delivery: Delivery;
  readonly status: number;

  constructor(
    code: OAuthErrorCode,
    description: string,
    delivery: Delivery = { to: "caller" },
    status?: number,
    options?: ErrorOptions,
  ) {
    super(description, options);
    this.code = code;
    this.delivery = delivery;
    this.status = status ?? statusOf(code);
  }
}

/**
 * An error page that must not redirect: nothing about the client or its redirect URI is proven (oauth-wire 5).
 * @param options a `cause` is for the log alone
 */
export function pageError(
  code: OAuthErrorCode,
  description: string,
  advice: string,
  options?: ErrorOptions,
): OAuthError {
  return new OAuthError(code, description, { to: "person", advice }, undefined, options);
}

/** Marks a response as one that a person reads, so that whatever fails on the way becomes a page. */
export function readByPerson(res: Response): void {
  res.locals.isPage = true;
}

/** The one place where an error becomes an answer. */
export function errorHandler({
  config,
  metrics,
  logger,
}: Pick<Ports, "config" | "metrics" | "logger">): ErrorRequestHandler {
  return (cause: unknown, req, res, next) => {
    if (res.headersSent) return next(cause);
    const error = toOAuthError(cause);
    noteError(res, error.code);
    metrics.error(error.code);
    if (cause instanceof StoreUnavailable) metrics.storeErrors += 1;
    if (error.delivery.to === "client") noteClient(req, error.delivery.clientId, true);
    const { method } = req;
    const path = loggedPath(req.path);
    const requestId = requestIdIn(res);
    // What a person reads out to the operator, who finds the event by it.
    const reference = randomBytes(4).toString("hex");
    if (error.status >= 500 || error.cause !== undefined)
      logger.error("request failed", { method, path, requestId, reference, cause });
    else if (isForPerson(error, res))
      logger.info("error page shown", { method, path, requestId, reference, reason: error.message });
    answer(error, res, { issuer: config.issuer, reference });
  };
}

function isForPerson({ delivery }: OAuthError, res: Response): boolean {
  return delivery.to === "person" || (delivery.to === "caller" && res.locals.isPage === true);
}

function answer(error: OAuthError, res: Response, { issuer, reference }: { issuer: string; reference: string }): void {
  const { code, message, delivery, status } = error;
  if (delivery.to === "client") {
    const response = { error: code, error_description: message, state: delivery.state };
    res.redirect(303, authorizationResponseUri(delivery.redirectUri, issuer, response));
    return;
  }
  res.status(status).set("Cache-Control", "no-store");
  if (status === 429 || status === 503) res.set("Retry-After", "5");
  if (delivery.to === "caller") res.set(delivery.headers ?? {});
  if (isForPerson(error, res)) {
    const advice = delivery.to === "person" ? delivery.advice : "Go back and try again in a moment.";
    res.type("html").send(renderProblem({ description: message, advice, reference }));
    return;
  }
  res.json({ error: code, error_description: message });
}

function toOAuthError(cause: unknown): OAuthError {
  if (cause instanceof OAuthError) return cause;
  if (cause instanceof StoreUnavailable) {
    // Never invalid_grant: clients erase their tokens on it (oauth-wire 6.2).
    return new OAuthError("temporarily_unavailable", "The store does not answer. Try again in a few seconds.");
  }
  const status = clientErrorStatus(cause);
  if (status === undefined) return new OAuthError("server_error", "Something went wrong here. It has been logged.");
  return new OAuthError(
    "invalid_request",
    requestProblems.get(status) ?? "The request cannot be read.",
    undefined,
    status,
  );
}

const requestProblems: ReadonlyMap<number, string> = new Map([
  [413, "The body is too large."],
  [415, "The body's encoding is not supported."],
]);

// Express and its body parsers mark what is the caller's fault with a 4xx status.
function clientErrorStatus(cause: unknown): number | undefined {
  const status = (cause as { status?: unknown } | undefined | null)?.status;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}
