import type { ServerResponse } from "node:http";
import { renderChallenge } from "@gateway/forward-auth";
import type { Ambiguity } from "./domain/request-line.ts";

/** Answers with a JSON error that a person can act on, and nothing of the inside (security.md 29). */
export function sendError(
  res: ServerResponse,
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (res.headersSent) {
    res.destroy(); // cut short on purpose: the client must not take half an answer for a whole one
    return;
  }
  const body = JSON.stringify({ error, error_description: description });
  res.writeHead(status, {
    ...headers,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  res.end(body);
}

const ambiguities: Record<Ambiguity, string> = {
  host_not_single: "Send exactly one Host header.",
  authorization_not_single: "Send at most one Authorization header.",
  host_differs_from_target: "The Host header and the request target name different hosts.",
  path_not_plain: "The path holds an empty, '.' or '..' segment or an encoded separator.",
};

/** A request that two programs could read differently is refused (security.md 3). */
export function sendAmbiguous(res: ServerResponse, ambiguity: Ambiguity): void {
  const description = ambiguities[ambiguity];
  // RFC 6750 3: an answer about the token says so in a challenge. Which server was meant is not known here.
  const challenge = renderChallenge({ error: { code: "invalid_request", description } });
  const headers = ambiguity === "authorization_not_single" ? { "WWW-Authenticate": challenge } : {};
  sendError(res, 400, "invalid_request", description, { ...headers, Connection: "close" });
}

/** No route matches. */
export function sendNoRoute(res: ServerResponse, indexUrl: string | undefined): void {
  const where = indexUrl === undefined ? "" : ` ${indexUrl} lists the servers.`;
  sendError(res, 404, "not_found", `Nothing answers at this address.${where}`);
}

/** A service did not take the request, or broke off before it answered. */
export function sendServiceDown(res: ServerResponse, service: string): void {
  const description = `"${service}" is not answering; it may still be starting. "just status" says why.`;
  sendError(res, 503, "temporarily_unavailable", description, { "Retry-After": "5" });
}
