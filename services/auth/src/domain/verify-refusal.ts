import { baseScope, type ChallengeError, renderChallenge } from "@gateway/forward-auth";
import type { AccessRefusal } from "./access.ts";
import type { AccessTokenRefusal } from "./access-token.ts";
import type { BearerRefusal } from "./bearer.ts";
import type { RequestedResource } from "./public-hosts.ts";
import { scopesOf } from "./scope.ts";

/** Every reason for which /verify lets a request not pass. */
export type VerifyRefusal =
  | "not_forwarded"
  | "ambiguous_path"
  | "unknown_resource"
  | "unavailable"
  | "revoked"
  | BearerRefusal
  | AccessTokenRefusal
  | AccessRefusal;

/** What the client is told: the RFC's code and a fixed text, never anything of the token (security.md 29). */
export interface RefusalAnswer {
  readonly status: 400 | 401 | 403 | 404 | 503;
  readonly error: string;
  readonly description?: string;
  /** What the challenge says; `plain` gives no reason, absent: there is no challenge. */
  readonly challenge?: "plain" | ChallengeError;
}

/** The one table from reason to wire (oauth-wire 2, 13.2). The log gets the reason, the client this. */
export const refusalAnswers: Readonly<Record<VerifyRefusal, RefusalAnswer>> = {
  not_forwarded: { status: 400, error: "invalid_request", description: "The request was not described by the edge" },
  ambiguous_path: { status: 400, error: "invalid_request", description: "The path can be read in more than one way" },
  unknown_resource: { status: 404, error: "not_found", description: "There is no MCP server at this address" },
  unavailable: {
    status: 503,
    error: "temporarily_unavailable",
    description: "The token cannot be checked at the moment; try again soon",
  },
  no_token: {
    status: 401,
    error: "unauthorized",
    description: "This MCP server needs an access token",
    challenge: "plain",
  },
  misplaced_token: {
    status: 400,
    error: "invalid_request",
    description: "Send one token, in one Authorization header and nowhere else",
    challenge: "invalid_request",
  },
  malformed: invalidToken("The token is malformed"),
  wrong_type: invalidToken("The token is not an access token of this gateway"),
  forbidden_header: invalidToken("The token is malformed"),
  unknown_key: invalidToken("The token was not signed by this gateway"),
  wrong_algorithm: invalidToken("The token was not signed by this gateway"),
  bad_signature: invalidToken("The token was not signed by this gateway"),
  missing_claims: invalidToken("The token is malformed"),
  wrong_issuer: invalidToken("The token was not issued by this gateway"),
  expired: invalidToken("The token has expired"),
  not_yet_valid: invalidToken("The token is not valid yet"),
  revoked: invalidToken("The token has been revoked"),
  membership_outdated: invalidToken("The token has expired"),
  wrong_audience: invalidToken("The token is for another server"),
  insufficient_scope: {
    status: 403,
    error: "insufficient_scope",
    description: `The token lacks the scope ${baseScope}`,
    challenge: "insufficient_scope",
  },
  // Decision 16: no challenge, since a new login would end here again.
  access_denied: { status: 403, error: "access_denied" },
  tools_not_limited: {
    status: 403,
    error: "access_denied",
    description: "The token is limited to some tools, and nothing here can hold it to them; make one without tools",
  },
};

function invalidToken(description: string): RefusalAnswer {
  return { status: 401, error: "invalid_token", description, challenge: "invalid_token" };
}

/** `WWW-Authenticate` of an answer about `resource`; undefined where it has none. */
export function challengeOf(
  { status, challenge, description = "" }: RefusalAnswer,
  resource: RequestedResource | undefined,
): string | undefined {
  if (challenge === undefined || resource === undefined) return undefined;
  return renderChallenge({
    resourceMetadata: resource.metadataUrl,
    // Complete from the first one, as several clients cannot ask for more later; of what a request will do auth knows
    // nothing but that it needs this one.
    scope: status === 403 ? baseScope : scopesOf(resource.server).join(" "),
    ...(challenge === "plain" ? {} : { error: { code: challenge, description } }),
  });
}
