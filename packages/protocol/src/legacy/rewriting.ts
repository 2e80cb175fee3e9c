import { replaceValues } from "../json/replace.ts";
import type { Notification, Request, RequestId, Response } from "../json-rpc/message.ts";

/** A progress token as the sender of a request made it; undefined when it wants no progress. */
export function progressTokenOf({ params }: Request): RequestId | undefined {
  const token = (params._meta as { progressToken?: unknown } | null | undefined)?.progressToken;
  return isToken(token) ? token : undefined;
}

/**
 * A request for the child: with an id, and where it asked for progress a token, that no other request on that child
 * has (mcp-wire.md §0, 5).
 */
export function renderForChild(request: Request, ids: { readonly id: RequestId; readonly token: RequestId }): string {
  const id = JSON.stringify(ids.id);
  if (progressTokenOf(request) === undefined) return renderWithId(request, id);
  return replaceValues(request.text, [
    { path: ["id"], json: id },
    { path: ["params", "_meta", "progressToken"], json: JSON.stringify(ids.token) },
  ]);
}

/** The same message with another id, given as JSON. */
export function renderWithId({ text, idSpan }: Request | Response, idText: string): string {
  if (idSpan !== undefined) return text.slice(0, idSpan.start) + idText + text.slice(idSpan.end);
  return replaceValues(text, [{ path: ["id"], json: idText }]);
}

/** The token that a `notifications/progress` is about. */
export function progressToken({ params }: Notification): RequestId | undefined {
  return isToken(params.progressToken) ? params.progressToken : undefined;
}

/** The same `notifications/progress` about another token. */
export function renderWithProgressToken({ text }: Notification, token: RequestId): string {
  return replaceValues(text, [{ path: ["params", "progressToken"], json: JSON.stringify(token) }]);
}

/** The request that a `notifications/cancelled` is about. */
export function cancelledId({ params }: Notification): RequestId | undefined {
  return isToken(params.requestId) ? params.requestId : undefined;
}

/** Tells a child to stop working on a request of ours. */
export function renderCancellation(requestId: RequestId, reason: string): string {
  return JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason } });
}

/** The same `notifications/cancelled` about another request, its id given as JSON. */
export function renderCancelled({ text }: Notification, idText: string): string {
  return replaceValues(text, [{ path: ["params", "requestId"], json: idText }]);
}

/** Whether a request starts a task: its progress token then outlives the answer (2025-11-25, tasks). */
export function isTaskRequest({ params }: Request): boolean {
  return typeof params.task === "object" && params.task !== null;
}

/** Characters; a longer token is none, as it would be kept for as long as its request is open. */
export const longestToken = 1_024;

function isToken(value: unknown): value is RequestId {
  return (typeof value === "string" && value.length <= longestToken) || typeof value === "number";
}
