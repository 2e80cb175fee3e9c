import { type Members, readMembers, readMembersOf, renderMembers } from "../json/members.ts";
import { isObject } from "../json/object.ts";
import type { Params } from "../json-rpc/message.ts";
import type { VersionFeatures } from "../legacy/versions.ts";
import { capabilityName, declares, requiredCapability } from "../modern/capabilities.ts";
import { stripMeta } from "../modern/meta.ts";
import { elementsOf, legacyContent } from "./contents.ts";

/** Whom a modern child's question is for. */
export interface Asked {
  /** What the client declared. */
  readonly capabilities: Params;
  readonly features: VersionFeatures;
  /** For a question that is answered at an address. */
  readonly elicitationId: string;
}

/** A question as a request of the legacy wire, or why its client cannot be asked. */
export type LegacyCallback = { readonly method: string; readonly params: string } | { readonly problem: string };

/**
 * One of a modern child's questions as its legacy client can be asked it (mcp-wire.md §4.3). Pure.
 * @param json the InputRequest as it stood
 */
export function toLegacyCallback(json: string, { capabilities, features, elicitationId }: Asked): LegacyCallback {
  const { method, params = {} } = ((json.startsWith("{") ? JSON.parse(json) : undefined) ?? {}) as Params;
  const required = isObject(params) && requiredCapability({ method: String(method), params });
  if (!required) return { problem: "it asks for what no client can be asked" };
  if (!declares(capabilities, required))
    return { problem: `the client lacks the capability ${capabilityName(required)}` };
  const members = readMembersOf(readMembers(json).get("params"));
  stripMeta(members);
  const problem = convert(String(method), params as Params, members, { features, elicitationId });
  return problem === undefined ? { method: String(method), params: renderMembers(members) } : { problem };
}

function convert(
  method: string,
  params: Params,
  members: Members,
  { features, elicitationId }: Pick<Asked, "features" | "elicitationId">,
): string | undefined {
  if (method === "sampling/createMessage") return convertMessages(members, features);
  if (method !== "elicitation/create") return undefined;
  if (params.mode === "url") members.set("elicitationId", JSON.stringify(elicitationId));
  return params.mode === "url" || features.richCallbacks ? undefined : convertForm(members);
}

/** Before 2025-11-25 a message has one content. */
function convertMessages(members: Members, features: VersionFeatures): string | undefined {
  const messages = members.get("messages");
  if (features.richCallbacks || !messages?.startsWith("[")) return undefined;
  const converted: string[] = [];
  for (const message of elementsOf(messages)) {
    const parts = readMembersOf(message);
    const content = parts.get("content");
    const [only, ...others] = content?.startsWith("[") ? elementsOf(content) : [content];
    if (only === undefined || others.length > 0) return "the client's version of MCP takes one content in a message";
    converted.push(renderMembers(parts.set("content", legacyContent(only, features))));
  }
  members.set("messages", `[${converted.join(",")}]`);
  return undefined;
}

/** Before 2025-11-25 a form does not say that it is one, and has other names for the titles of a choice. */
function convertForm(members: Members): string | undefined {
  members.delete("mode");
  const schema = readMembersOf(members.get("requestedSchema"));
  const properties = readMembersOf(schema.get("properties"));
  for (const [name, property] of properties) {
    const { type, oneOf } = (JSON.parse(property) ?? {}) as Params;
    if (type === "array") return "the client's version of MCP has no choice of several";
    if (isTitled(oneOf)) properties.set(name, untitled(property, oneOf));
  }
  if (schema.has("properties")) schema.set("properties", renderMembers(properties));
  if (members.has("requestedSchema")) members.set("requestedSchema", renderMembers(schema));
  return undefined;
}

function untitled(property: string, choices: readonly Titled[]): string {
  const members = readMembers(property);
  members.delete("oneOf");
  members.set("enum", JSON.stringify(choices.map((choice) => choice.const)));
  members.set("enumNames", JSON.stringify(choices.map(({ title, const: value }) => title ?? String(value))));
  return renderMembers(members);
}

interface Titled {
  readonly const: unknown;
  readonly title?: string;
}

function isTitled(choices: unknown): choices is readonly Titled[] {
  return Array.isArray(choices) && choices.every((choice) => isObject(choice) && "const" in choice);
}
