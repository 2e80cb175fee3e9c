import { type Members, readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import type { Request, RequestId } from "../json-rpc/message.ts";
import { progressTokenOf } from "../legacy/rewriting.ts";
import { metaPrefix } from "../modern/envelope.ts";

/** Parameters that only a retry of the modern wire has. */
const retryParameters = ["inputResponses", "requestState"];

/**
 * A modern client's request as a legacy child gets it: without the envelope, under ids of our own (mcp-wire.md §4.2). Pure.
 * @param task given where it is to run as a task; `ttl` in milliseconds
 */
export function renderForLegacyChild(
  { text, method, params }: Request,
  ids: { readonly id: RequestId; readonly token: RequestId },
  task?: { readonly ttl: number },
): string {
  const span = memberSpans(text).spans.get("params");
  const members = readMembersOf(span && text.slice(span.start, span.end));
  for (const name of retryParameters) members.delete(name);
  const meta = readMembersOf(members.get("_meta"));
  for (const name of [...meta.keys()]) if (name.startsWith(metaPrefix)) meta.delete(name);
  const hasToken = progressTokenOf({ params } as Request) !== undefined;
  if (hasToken) meta.set("progressToken", JSON.stringify(ids.token));
  setOrDelete(members, "_meta", meta);
  if (task !== undefined) members.set("task", JSON.stringify(task));
  return `{"jsonrpc":"2.0","id":${JSON.stringify(ids.id)},"method":${JSON.stringify(method)},"params":${renderMembers(members)}}`;
}

function setOrDelete(members: Members, name: string, value: Members): void {
  if (value.size === 0) members.delete(name);
  else members.set(name, renderMembers(value));
}
