import { type Members, readMembers, readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import type { Response } from "../json-rpc/message.ts";
import { renderWithId } from "../legacy/rewriting.ts";
import { addCaching, type CachingContext, isCachingAsSaid } from "./caching.ts";
import { metaKeys } from "./envelope.ts";
import { modernMethod } from "./methods.ts";
import { modernVersions } from "./versions.ts";

/** A child's result as the modern wire must have it: with its type, and where it may be kept with how long and by whom. Pure. */
export function renderModernResult(
  response: Response,
  idText: string,
  method: string,
  caching: CachingContext = {},
): string {
  const { result } = response;
  if (result === undefined) return renderWithId(response, idText);
  const isComplete = result.resultType === undefined || result.resultType === "complete";
  const needsCaching = isComplete && modernMethod(method)?.cacheable === true;
  const hasAll = result.resultType !== undefined && (!needsCaching || isCachingAsSaid(result, caching));
  const isDiscovery = method === "server/discover";
  if (hasAll && !isDiscovery) return renderWithId(response, idText);
  const members = resultMembers(response);
  if (result.resultType === undefined) members.set("resultType", '"complete"');
  if (needsCaching) addCaching(members, caching);
  // A version that is not served here would be chosen in vain.
  if (isDiscovery) members.set("supportedVersions", JSON.stringify(modernVersions));
  return `{"jsonrpc":"2.0","id":${idText},"result":${renderMembers(members)}}`;
}

/** The members of a response's result, each as it stood. Pure. */
export function resultMembers({ text }: Response): Members {
  const span = memberSpans(text).spans.get("result");
  return span === undefined ? new Map() : readMembersOf(text.slice(span.start, span.end));
}

/** Adds who answers, as results should say. */
export function addServerInfo(members: Members, serverInfo: unknown): void {
  if (serverInfo === undefined) return;
  const meta = readMembersOf(members.get("_meta"));
  meta.set(metaKeys.serverInfo, JSON.stringify(serverInfo));
  members.set("_meta", renderMembers(meta));
}

/** One of a result's lists, its elements without a member. Pure. */
export function withoutMember(
  array: string,
  elements: readonly { start: number; end: number }[],
  name: string,
): string {
  const kept = elements.map(({ start, end }) => {
    const element = array.slice(start, end);
    if (!element.startsWith("{")) return element;
    const members = readMembers(element);
    return members.delete(name) ? renderMembers(members) : element;
  });
  return `[${kept.join(",")}]`;
}
