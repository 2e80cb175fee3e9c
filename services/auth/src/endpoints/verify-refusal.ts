import type { ServerResponse } from "node:http";
import { prefersHtml } from "../domain/accept-header.ts";
import type { RequestedResource } from "../domain/public-hosts.ts";
import { challengeOf, refusalAnswers, type VerifyRefusal } from "../domain/verify-refusal.ts";
import { renderConnectPage } from "../pages/connect-page.ts";

/** Whom the refusal is about, where that is known. */
interface RefusedRequest {
  readonly resource: RequestedResource;
  /** Every Accept header of the client. */
  readonly accept: readonly string[];
  readonly issuer: string;
}

/** An answer as node:http takes it without further work; header lines are name, value, name, value. */
interface Prepared {
  readonly status: number;
  readonly lines: string[];
  readonly body: string;
}

/**
 * Answers for the MCP server: the edge hands status, headers and body to the client as they are (oauth-wire 13.2). CORS
 * headers are not among them: the edge's cors middleware is their one owner (decision 29).
 */
export function sendRefusal(res: ServerResponse, refusal: VerifyRefusal, request?: RefusedRequest): void {
  const { status, lines, body } =
    request !== undefined && prefersHtml(request.accept.join(","))
      ? pageAnswer(refusal, request)
      : jsonAnswer(refusal, request?.resource);
  res.writeHead(status, lines).end(body);
}

/** By resource, then refusal: both are few, and anyone may ask, so that a refusal is made once and not dear. */
const jsonAnswers = new WeakMap<RequestedResource, Map<VerifyRefusal, Prepared>>();

function jsonAnswer(refusal: VerifyRefusal, resource: RequestedResource | undefined): Prepared {
  if (resource === undefined) return makeJsonAnswer(refusal, undefined);
  const made = jsonAnswers.get(resource) ?? new Map<VerifyRefusal, Prepared>();
  jsonAnswers.set(resource, made);
  const answer = made.get(refusal) ?? makeJsonAnswer(refusal, resource);
  made.set(refusal, answer);
  return answer;
}

function makeJsonAnswer(refusal: VerifyRefusal, resource: RequestedResource | undefined): Prepared {
  const { error, description } = refusalAnswers[refusal];
  const body = JSON.stringify({ error, error_description: description });
  return prepare(refusal, resource, { "content-type": "application/json" }, body);
}

function pageAnswer(refusal: VerifyRefusal, request: RefusedRequest): Prepared {
  const body = renderConnectPage({ answer: refusalAnswers[refusal], ...request });
  return prepare(refusal, request.resource, pageHeaders, body);
}

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
};

function prepare(
  refusal: VerifyRefusal,
  resource: RequestedResource | undefined,
  own: Readonly<Record<string, string>>,
  body: string,
): Prepared {
  const answer = refusalAnswers[refusal];
  const challenge = challengeOf(answer, resource);
  const headers = {
    ...own,
    "content-length": `${Buffer.byteLength(body)}`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(challenge === undefined ? {} : { "www-authenticate": challenge }),
    ...(answer.status === 503 ? { "retry-after": "1" } : {}),
  };
  return { status: answer.status, lines: Object.entries(headers).flat(), body };
}
