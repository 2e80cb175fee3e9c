import type { ServerResponse } from "node:http";

/**
 * How long whoever stands before auth waits for the beginning of its answer, in seconds. Beyond it auth hangs, and counts as away.
 */
export const authPatience = {
  /** What auth decides by itself and its store: `/verify` takes 1 s at most (oauth-wire 13.1). */
  alone: 5,
  /** Where auth may ask somebody else first: twice at GitHub, 10 s each; a provider; a client's own metadata. */
  asking: 25,
} as const;

/** Headers of every 503 in auth's place, also of one that Traefik answers by itself, without our body. */
export const authAwayHeaders = {
  "Retry-After": "5", // seconds
  "Cache-Control": "no-store",
} as const;

const headers = {
  "Content-Type": "application/json",
  ...authAwayHeaders,
  "X-Content-Type-Options": "nosniff",
} as const;

const body = JSON.stringify({
  error: "temporarily_unavailable",
  error_description: 'The sign-in service is not answering. Try again in a few seconds; "just status" says why.',
});

/** Answers in auth's place while it cannot be asked: nobody gets in (security.md 1), and nobody signs in anew on a 503. */
export function answerAuthAway(res: ServerResponse): void {
  res.writeHead(503, { ...headers, "Content-Length": Buffer.byteLength(body) }).end(body);
}
