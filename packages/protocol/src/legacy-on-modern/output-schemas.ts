import { readMembers, readMembersOf, renderMembers } from "../json/members.ts";
import { deepest } from "../json/spans.ts";
import type { Params } from "../json-rpc/message.ts";
import { elementsOf } from "./contents.ts";

/** The list of tools as legacy clients can read it, and the tools whose results are wrapped from then on. */
export interface LegacyTools {
  readonly tools: string;
  readonly wrapped: readonly string[];
}

/**
 * Legacy clients take an `outputSchema` only where its root is an object: any other becomes that of one member,
 * `result` (mcp-wire.md §4.3). Pure.
 * @param json the list of tools as it stood, an array
 */
export function legacyTools(json: string): LegacyTools {
  if (!json.includes('"outputSchema"')) return { tools: json, wrapped: [] };
  const wrapped: string[] = [];
  const tools = elementsOf(json).map((element) => {
    const members = element.startsWith("{") ? readMembers(element) : new Map<string, string>();
    const schema = members.get("outputSchema");
    if (schema === undefined || readMembersOf(schema).get("type") === '"object"') return element;
    const { name } = JSON.parse(element) as Params;
    if (typeof name === "string") wrapped.push(name);
    return renderMembers(members.set("outputSchema", projected(schema)));
  });
  return { tools: `[${tools.join(",")}]`, wrapped };
}

function projected(schema: string): string {
  const moved = JSON.stringify(rerooted(JSON.parse(schema), 0));
  return `{"type":"object","properties":{"result":${moved}},"required":["result"]}`;
}

/** What is nested deeper than any message is left as it stands. References from the root lead to where the root is now; those of a part that has an id of its own are of that part. */
function rerooted(schema: unknown, depth: number): unknown {
  if (typeof schema !== "object" || schema === null || depth > deepest) return schema;
  if (Array.isArray(schema)) return schema.map((each) => rerooted(each, depth + 1));
  if (typeof (schema as Params).$id === "string") return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      isReference(key) && typeof value === "string" ? movedReference(value) : rerooted(value, depth + 1),
    ]),
  );
}

function isReference(key: string): boolean {
  return key === "$ref" || key === "$dynamicRef";
}

/** `#/$defs/a` and `#` are paths from the root; `#a` is a name, and found wherever it is. */
function movedReference(reference: string): string {
  return reference === "#" || reference.startsWith("#/") ? `#/properties/result${reference.slice(1)}` : reference;
}
