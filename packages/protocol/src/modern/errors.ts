import { isObject } from "../json/object.ts";
import { type ErrorContent, errorCodes, errorOf } from "../json-rpc/errors.ts";
import type { Response } from "../json-rpc/message.ts";
import { renderWithId } from "../legacy/rewriting.ts";

/** The codes that MCP 2026-07-28 itself defines (schema, error codes); no others of -32020…-32099 may be sent. */
export const modernErrorCodes = {
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedVersion: -32022,
} as const;

/** An answer as a modern client gets it, and the HTTP status for it where no header is out yet. */
export interface ModernAnswer {
  readonly text: string;
  readonly status: number;
}

/**
 * An error response of the modern wire. Pure.
 * @param idText the request's id as it stood; undefined when it could not be read: null is no id there
 */
export function renderModernError(idText: string | undefined, { code, message, data }: ErrorContent): string {
  const id = idText === undefined ? "" : `"id":${idText},`;
  return `{"jsonrpc":"2.0",${id}"error":${JSON.stringify({ code, message, data })}}`;
}

/** The error in place of one whose code would be misread, which is kept in its data. Pure. */
export function withServerCode({ code, message, data }: ErrorContent): ErrorContent {
  return { code: errorCodes.internalError, message, data: { ...objectOf(data), serverCode: code } };
}

/** A modern server's error as its client gets it (mcp-wire.md §2.3). Pure. */
export function toldError(response: Response, idText: string): ModernAnswer {
  const error = errorOf(response);
  if (isMisread(error.code)) return { text: renderModernError(idText, withServerCode(error)), status: 200 };
  const text = isReadable(response) ? renderWithId(response, idText) : renderModernError(idText, error);
  return { text, status: statuses[error.code] ?? 200 };
}

/** Whether a client can read an error as it stands. */
function isReadable({ text }: Response): boolean {
  const { error } = JSON.parse(text) as { readonly error: unknown };
  return isObject(error) && Number.isInteger(error.code) && typeof error.message === "string";
}

/** Codes of a server that HTTP tells too. */
const statuses: Readonly<Record<number, number>> = {
  [errorCodes.methodNotFound]: 404,
  [modernErrorCodes.missingClientCapability]: 400,
};

/**
 * A code that MCP keeps for itself, save the one that a server may say. Most have no meaning yet: a client of a later version
 * would read one into it. What headers and version are was found right before the server was asked: a client that is told
 * otherwise would look for another version, in vain.
 */
function isMisread(code: number): boolean {
  return code <= -32020 && code >= -32099 && code !== modernErrorCodes.missingClientCapability;
}

function objectOf(data: unknown): object {
  if (data === undefined) return {};
  return typeof data === "object" && data !== null && !Array.isArray(data) ? data : { data };
}
