import type { ErrorContent } from "../json-rpc/errors.ts";

/** The codes that MCP 2026-07-28 itself defines (schema, error codes); no others of -32020…-32099 may be sent. */
export const modernErrorCodes = {
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedVersion: -32022,
} as const;

/**
 * An error response of the modern wire. Pure.
 * @param idText the request's id as it stood; undefined when it could not be read: null is no id there
 */
export function renderModernError(idText: string | undefined, { code, message, data }: ErrorContent): string {
  const id = idText === undefined ? "" : `"id":${idText},`;
  return `{"jsonrpc":"2.0",${id}"error":${JSON.stringify({ code, message, data })}}`;
}
