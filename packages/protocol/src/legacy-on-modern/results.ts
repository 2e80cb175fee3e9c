import { type Members, readMembersOf, renderMembers } from "../json/members.ts";
import { type ErrorContent, errorCodes, errorOf } from "../json-rpc/errors.ts";
import type { Params, Response } from "../json-rpc/message.ts";
import type { VersionFeatures } from "../legacy/versions.ts";
import { capabilityName } from "../modern/capabilities.ts";
import { modernErrorCodes } from "../modern/errors.ts";
import { stripMeta } from "../modern/meta.ts";
import { resultMembers } from "../modern/results.ts";
import { elementsOf, legacyContent, legacyContents, textContent } from "./contents.ts";
import { legacyTools } from "./output-schemas.ts";

/** What a result is told with. */
export interface ResultContext {
  readonly method: string;
  readonly features: VersionFeatures;
  /** The tool that was called has a schema of results that is told to legacy clients in another form. */
  readonly isWrapped: boolean;
}

export interface LegacyResult {
  /** As JSON. */
  readonly result: string;
  /** The tools of a list that are told in another form. */
  readonly wrapped: readonly string[];
}

/** A complete result of a modern child as a legacy client gets it (mcp-wire.md §4.3). Pure. */
export function toLegacyResult(response: Response, context: ResultContext): LegacyResult {
  const members = resultMembers(response);
  for (const name of ["resultType", "ttlMs", "cacheScope"]) members.delete(name);
  stripMeta(members);
  const { method, features } = context;
  let wrapped: readonly string[] = [];
  if (method === "tools/call") convertCall(members, context);
  else if (method === "prompts/get") convertMessages(members, features);
  else if (method === "tools/list") wrapped = convertTools(members);
  return { result: renderMembers(members), wrapped };
}

/** The error that a legacy client gets in place of one that its wire does not have; undefined: it gets that one. Pure. */
export function toLegacyError(response: Response): ErrorContent | undefined {
  const { code, message, data } = errorOf(response);
  switch (code) {
    case modernErrorCodes.missingClientCapability: {
      const { requiredCapabilities: required } = (data ?? {}) as Params;
      const lacking = typeof required === "object" && required !== null ? capabilityName(required as Params) : "";
      const told = `The MCP server needs a client that has the capability ${lacking || "that it does not name"}`;
      return { code: errorCodes.internalError, message: told, data };
    }
    case modernErrorCodes.headerMismatch:
    case modernErrorCodes.unsupportedVersion:
      return { code: errorCodes.internalError, message: `The MCP server did not take the request: ${message}` };
    default:
      return undefined;
  }
}

function convertCall(members: Members, { features, isWrapped }: ResultContext): void {
  const content = members.get("content");
  if (content !== undefined) members.set("content", legacyContents(content, features));
  const structured = members.get("structuredContent");
  if (structured === undefined) return;
  const isObject = structured.startsWith("{");
  if (!isObject) addText(members, structured);
  if (isWrapped || !isObject) members.set("structuredContent", `{"result":${structured}}`);
}

/** A client that does not read `structuredContent` still gets what it says. */
function addText(members: Members, structured: string): void {
  const content = members.get("content");
  const elements = content?.startsWith("[") ? elementsOf(content) : [];
  if (elements.some((element) => readMembersOf(element).get("type") === '"text"')) return;
  members.set("content", `[${[...elements, textContent(structured)].join(",")}]`);
}

function convertMessages(members: Members, features: VersionFeatures): void {
  const messages = members.get("messages");
  if (!messages?.startsWith("[") || (features.audio && features.resourceLinks)) return;
  members.set("messages", `[${elementsOf(messages).map(convertMessage).join(",")}]`);

  function convertMessage(message: string): string {
    const parts = readMembersOf(message);
    const content = parts.get("content");
    return content === undefined ? message : renderMembers(parts.set("content", legacyContent(content, features)));
  }
}

function convertTools(members: Members): readonly string[] {
  const list = members.get("tools");
  if (!list?.startsWith("[")) return [];
  const { tools, wrapped } = legacyTools(list);
  members.set("tools", tools);
  return wrapped;
}
