import { readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import type { Params, Request } from "../json-rpc/message.ts";
import { stripMeta } from "../modern/meta.ts";
import { retryParameters } from "../modern/methods.ts";

/** What only one of the wires knows, and would be misread in the other. */
const leftOut = [...retryParameters, "task"];

/**
 * The parameters of a legacy client's request as a modern child gets them: with the envelope, and otherwise as they
 * stood (mcp-wire.md §4.3). Pure.
 */
export function paramsWithEnvelope({ text }: Pick<Request, "text">, envelope: Params): string {
  const span = memberSpans(text).spans.get("params");
  const params = readMembersOf(span && text.slice(span.start, span.end));
  for (const name of leftOut) params.delete(name);
  stripMeta(params);
  const meta = readMembersOf(params.get("_meta"));
  for (const [name, value] of Object.entries(envelope)) meta.set(name, JSON.stringify(value));
  params.set("_meta", renderMembers(meta));
  return renderMembers(params);
}

/** The parameters of a retry: those of the first try, with the answers and the state that the server gave. Pure. */
export function paramsOfRetry(
  params: string,
  answers: ReadonlyMap<string, string>,
  requestState: string | undefined,
): string {
  const members = readMembersOf(params);
  if (answers.size > 0) members.set("inputResponses", renderMembers(answers));
  if (requestState !== undefined) members.set("requestState", requestState);
  return renderMembers(members);
}

/** A request line. Pure. @param params as JSON */
export function renderRequest(id: string, method: string, params: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`;
}
