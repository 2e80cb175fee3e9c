import type { Params, Response } from "./message.ts";

/** The codes of JSON-RPC 2.0 §5.1, and the two of the legacy MCP wire (mcp-wire.md §1.2). */
export const errorCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** Implementation-defined, as the legacy SDKs use it for what is wrong with the HTTP request. */
  badRequest: -32000,
  sessionNotFound: -32001,
} as const;

export interface ErrorContent {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The error of a response without a result, whatever it is made of. Pure. */
export function errorOf({ text }: Pick<Response, "text">): ErrorContent {
  const { error } = JSON.parse(text) as { readonly error: Params | null };
  const { code, message, data } = error ?? {};
  return {
    code: Number.isInteger(code) ? (code as number) : errorCodes.internalError,
    message: typeof message === "string" ? message : "An error without a message",
    data,
  };
}

/**
 * An error response. Pure.
 * @param idText the request's id as it stood in the request, or "null" when it could not be read
 */
export function renderErrorResponse(idText: string, { code, message, data }: ErrorContent): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify({ code, message, data })}}`;
}

/** A response with an empty result, as `ping` has. */
export function renderEmptyResult(idText: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"result":{}}`;
}
