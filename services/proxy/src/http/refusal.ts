import { errorCodes } from "@gateway/protocol";

/** Every reason for which the proxy itself answers an error, with what the wire gets (mcp-wire.md §1.2, §4.5). */
export const refusals = {
  bad_host: [403, errorCodes.badRequest, "Invalid Host header"],
  bad_origin: [403, errorCodes.badRequest, "Invalid Origin header"],
  repeated_identity: [400, errorCodes.badRequest, "An identity header is present more than once"],
  no_identity: [401, errorCodes.badRequest, "No valid identity"],
  no_access: [401, errorCodes.badRequest, "Nobody may call: set AUTH_JWKS_URL, or ALLOW_ANONYMOUS=1 to serve anyone"],
  insufficient_scope: [403, errorCodes.badRequest, "The token lacks a scope that this operation needs"],
  access_revoked: [403, errorCodes.badRequest, "The access was revoked: sign in again"],
  not_found: [404, errorCodes.badRequest, "Not found; the MCP endpoint is /mcp"],
  method_not_allowed: [405, errorCodes.badRequest, "Method not allowed"],
  too_large: [413, errorCodes.badRequest, "Request body too large"],
  too_busy: [503, errorCodes.internalError, "Clients are sending and not reading too much at this moment: try again"],
  bad_content_type: [415, errorCodes.badRequest, "Content-Type must be application/json, without Content-Encoding"],
  not_acceptable: [406, errorCodes.badRequest, "Accept must allow application/json or text/event-stream"],
  stream_not_acceptable: [406, errorCodes.badRequest, "Accept must allow text/event-stream"],
  parse_error: [400, errorCodes.parseError, "Parse error"],
  invalid_request: [400, errorCodes.invalidRequest, "Invalid Request"],
  modern_only: [
    400,
    errorCodes.badRequest,
    "This endpoint speaks MCP versions up to 2025-11-25: begin with initialize",
  ],
  no_session_header: [400, errorCodes.badRequest, "Mcp-Session-Id header is required"],
  session_not_found: [404, errorCodes.sessionNotFound, "Session not found"],
  unsupported_version: [400, errorCodes.badRequest, "Unsupported protocol version"],
  bad_event_id: [400, errorCodes.badRequest, "Invalid event ID"],
  too_many_sessions_of_user: [429, errorCodes.internalError, "You have too many open sessions: end one, or wait"],
  too_many_sessions: [503, errorCodes.internalError, "Too many open sessions"],
  too_many_requests: [503, errorCodes.internalError, "Too many unanswered requests in this session"],
  too_many_listens: [200, errorCodes.internalError, "You have too many open subscriptions: end one"],
  too_many_dialogues: [
    503,
    errorCodes.internalError,
    "Too many calls of yours may ask you something at this moment: answer, or wait for one to end",
  ],
  server_not_reading: [503, errorCodes.internalError, "The MCP server does not read its input"],
  server_not_started: [503, errorCodes.internalError, "The MCP server could not be started"],
  server_failing: [503, errorCodes.internalError, "The MCP server keeps failing to start: wait before the next try"],
  server_not_ready: [503, errorCodes.internalError, "The MCP server is not ready"],
  server_gone: [503, errorCodes.internalError, "The MCP server could not be given the request: try again"],
  server_exited: [500, errorCodes.internalError, "The MCP server exited"],
  server_limit: [500, errorCodes.internalError, "The MCP server went beyond its limit and was ended"],
  server_timeout: [200, errorCodes.internalError, "The MCP server did not answer in time"],
  server_version: [200, errorCodes.internalError, "The MCP server answered initialize with a version not served here"],
  server_unserved: [
    200,
    errorCodes.internalError,
    "The MCP server speaks only versions of MCP that are not served here",
  ],
  sessions_unavailable: [503, errorCodes.internalError, "Sessions cannot be looked up"],
  replicas_unknown: [503, errorCodes.internalError, "Which replica serves this cannot be known: try again"],
  answers_unknown: [
    503,
    errorCodes.internalError,
    "Whether this was answered before cannot be known at this moment: try again",
  ],
  shutting_down: [503, errorCodes.internalError, "Shutting down"],
  internal: [500, errorCodes.internalError, "Internal error"],
} as const satisfies Record<string, readonly [status: number, code: number, message: string]>;

export type RefusalName = keyof typeof refusals;

/** Which wire an error is written for. */
export type Wire = "legacy" | "modern";

export interface RefusalDetails {
  /** The request's id as it stood there. */
  readonly idText?: string;
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** That of the body, once it was read; undefined: as the headers say. */
  readonly wire?: Wire;
}

/** Thrown where a request cannot be served; the one writer of errors answers it. */
export class Refusal extends Error {
  readonly refusal: RefusalName;
  readonly details: RefusalDetails;

  constructor(refusal: RefusalName, details: RefusalDetails = {}) {
    super(refusal);
    this.name = "Refusal";
    this.refusal = refusal;
    this.details = details;
  }
}
