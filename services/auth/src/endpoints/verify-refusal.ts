import type { ServerResponse } from "node:http";
import { prefersHtml } from "../domain/accept-header.ts";
import type { RequestedResource } from "../domain/public-hosts.ts";
import { challengeOf, type RefusalAnswer, refusalAnswers, type VerifyRefusal } from "../domain/verify-refusal.ts";
import { renderConnectPage } from "../pages/connect-page.ts";

/** Whom the refusal is about, where that is known. */
interface RefusedRequest {
  readonly resource: RequestedResource;
  /** The client's Accept header. */
  readonly accept: string;
  readonly issuer: string;
}

/**
 * Answers for the MCP server: the edge hands status, headers and body to the client as they are (oauth-wire 13.2). CORS
 * headers are not among them: the edge's cors middleware is their one owner (decision 29).
 */
export function sendRefusal(res: ServerResponse, refusal: VerifyRefusal, request?: RefusedRequest): void {
  const answer = refusalAnswers[refusal];
  const challenge = challengeOf(answer, request?.resource);
  const [type, body] = bodyOf(answer, request);
  res.writeHead(answer.status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(type.startsWith("text/html") ? pageHeaders : {}),
    ...(challenge === undefined ? {} : { "www-authenticate": challenge }),
    ...(answer.status === 503 ? { "retry-after": "1" } : {}),
  });
  res.end(body);
}

const pageHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
};

function bodyOf(answer: RefusalAnswer, request: RefusedRequest | undefined): [type: string, body: string] {
  if (request !== undefined && prefersHtml(request.accept)) {
    return ["text/html; charset=utf-8", renderConnectPage({ answer, ...request })];
  }
  const { error, description } = answer;
  return ["application/json", JSON.stringify({ error, error_description: description })];
}
