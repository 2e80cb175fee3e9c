import { StoreUnavailable } from "@gateway/store";
import type { ErrorRequestHandler } from "express";
import type { Ports } from "../ports.ts";

/** A refusal that the operator reads: the message says what to do. */
export class OperatorError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The one place where an error becomes an answer: `{"error": "…"}`, without the inside of what is our fault. */
export function operatorErrors({ logger }: Pick<Ports, "logger">): ErrorRequestHandler {
  return (cause: unknown, req, res, next) => {
    if (res.headersSent) return next(cause);
    const { status, message } = toOperatorError(cause);
    if (status >= 500) logger.error("operator's request failed", { method: req.method, path: req.path, cause });
    res.status(status).json({ error: message });
  };
}

function toOperatorError(cause: unknown): OperatorError {
  if (cause instanceof OperatorError) return cause;
  if (cause instanceof StoreUnavailable) {
    return new OperatorError(503, "The store does not answer; the reason is in auth's log. Try again.");
  }
  const { status } = Object(cause) as { status?: unknown };
  if (status === 413) return new OperatorError(413, "The backup is too large for one restore (256 MB).");
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new OperatorError(400, "The body is not JSON.");
  }
  return new OperatorError(500, "It failed; the reason is in auth's log.");
}
