import { readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import type { Notification, Request, RequestId, Response } from "../json-rpc/message.ts";
import { renderForChild } from "../legacy/rewriting.ts";
import { metaKeys } from "./envelope.ts";
import { resultMembers } from "./results.ts";

/**
 * A request for a modern child, under ids of our own, and with the child's own state in place of ours.
 * @param inner the state that the child gave; undefined: it gave none, so it gets none. Pure.
 */
export function renderForModernChild(
  request: Request,
  ids: { readonly id: RequestId; readonly token: RequestId },
  inner: string | undefined,
): string {
  const text = renderForChild(request, ids);
  if (request.params.requestState === undefined) return text;
  const span = memberSpans(text).spans.get("params");
  if (span === undefined) return text;
  const params = readMembersOf(text.slice(span.start, span.end));
  if (inner === undefined) params.delete("requestState");
  else params.set("requestState", JSON.stringify(inner));
  return `${text.slice(0, span.start)}${renderMembers(params)}${text.slice(span.end)}`;
}

/** An `input_required` of a child with our state in place of its own. Pure. */
export function renderWithRequestState(response: Response, idText: string, requestState: string): string {
  const members = resultMembers(response);
  members.set("requestState", JSON.stringify(requestState));
  return `{"jsonrpc":"2.0","id":${idText},"result":${renderMembers(members)}}`;
}

/** The subscription that a notification of a child is of; undefined: of none. */
export function subscriptionIdOf({ params }: Notification): unknown {
  return (params._meta as Record<string, unknown> | null | undefined)?.[metaKeys.subscriptionId];
}

/** A notification of a subscription, under the id that its client gave it. Pure. */
export function renderWithSubscriptionId({ text, method }: Notification, idText: string): string {
  const span = memberSpans(text).spans.get("params");
  if (span === undefined) return renderSubscribed(method, "{}", idText);
  return renderSubscribed(method, text.slice(span.start, span.end), idText);
}

/** A notification of a subscription. Pure. @param paramsText its parameters, an object */
export function renderSubscribed(method: string, paramsText: string, idText: string): string {
  const params = readMembersOf(paramsText);
  const meta = readMembersOf(params.get("_meta"));
  meta.set(metaKeys.subscriptionId, idText);
  params.set("_meta", renderMembers(meta));
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${renderMembers(params)}}`;
}

/** The result with which a subscription ends in good order: its client may open another one. Pure. */
export function renderSubscriptionEnd(idText: string): string {
  const meta = `{${JSON.stringify(metaKeys.subscriptionId)}:${idText}}`;
  return `{"jsonrpc":"2.0","id":${idText},"result":{"resultType":"complete","_meta":${meta}}}`;
}
