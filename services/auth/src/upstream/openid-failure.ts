import { UpstreamFailure } from "./upstream-failure.ts";

/**
 * A failure of openid-client, in words that may be logged: its own fixed messages and codes and those of what caused it,
 * but no cause itself, since that may hold tokens or what the provider sent.
 */
export function openIdFailure(error: unknown): UpstreamFailure {
  return new UpstreamFailure(describe(error, 3).join(": ") || "it failed");
}

function describe(error: unknown, depth: number): readonly string[] {
  if (depth === 0 || !isErrorLike(error)) return [];
  const { name, message, code, error: answered, cause } = error;
  // JSON.parse quotes the text that it could not read.
  const text = name === "SyntaxError" ? "no JSON" : message;
  const codes = [code, answered].filter((each) => typeof each === "string").map((each) => each.slice(0, 100));
  return [`${text}${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`, ...describe(cause, depth - 1)];
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  /** An error code that the provider answered with (RFC 6749 5.2). */
  readonly error?: unknown;
  readonly cause?: unknown;
}

// Errors of Node's own realm are not `instanceof Error` everywhere; their shape is the same.
function isErrorLike(value: unknown): value is ErrorLike {
  const { message, stack } = (value ?? {}) as { message?: unknown; stack?: unknown };
  return typeof message === "string" && typeof stack === "string";
}
