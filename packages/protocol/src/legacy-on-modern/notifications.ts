import { readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import type { Notification } from "../json-rpc/message.ts";
import { stripMeta } from "../modern/meta.ts";

/** A modern child's notification without what its wire alone has in `_meta`. Pure. */
export function toLegacyNotification({ text, method, params }: Notification): Notification {
  const span = memberSpans(text).spans.get("params");
  const members = readMembersOf(span && text.slice(span.start, span.end));
  stripMeta(members);
  const told = `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${renderMembers(members)}}`;
  return { kind: "notification", method, params, text: told };
}
