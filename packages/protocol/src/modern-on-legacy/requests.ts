import { readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import type { Request, RequestId } from "../json-rpc/message.ts";
import { progressTokenOf } from "../legacy/rewriting.ts";
import { isAllOurs, setMeta, stripMeta } from "../modern/meta.ts";
import { retryParameters } from "../modern/methods.ts";

/** What only one of the wires knows, and would be misread in the other. */
const leftOut = [...retryParameters, "task"];

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
  for (const name of leftOut) members.delete(name);
  if (isAllOurs(params._meta)) members.delete("_meta");
  else stripMeta(members);
  if (progressTokenOf({ params } as Request) !== undefined) {
    const meta = readMembersOf(members.get("_meta"));
    setMeta(members, meta.set("progressToken", JSON.stringify(ids.token)));
  }
  if (task !== undefined) members.set("task", JSON.stringify(task));
  return `{"jsonrpc":"2.0","id":${JSON.stringify(ids.id)},"method":${JSON.stringify(method)},"params":${renderMembers(members)}}`;
}
