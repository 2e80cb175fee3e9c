import { elementSpans } from "../json/spans.ts";
import type { Params } from "../json-rpc/message.ts";
import type { VersionFeatures } from "../legacy/versions.ts";

/**
 * A content as a client of an older version can read it: what its version does not have is told as text (mcp-wire.md
 * §4.3). Pure.
 * @param json the content as it stood
 */
export function legacyContent(json: string, { audio, resourceLinks }: VersionFeatures): string {
  if (audio && resourceLinks) return json;
  const { type, mimeType, uri, name } = (JSON.parse(json) ?? {}) as Params;
  if (type === "resource_link" && !resourceLinks) return textContent(`Resource ${named(name)}${uri}`);
  if (type === "audio" && !audio) return textContent(`Audio (${mimeType}) that this version of MCP cannot carry`);
  return json;
}

/** A list of contents, each as an older version can read it; anything else as it stands. Pure. */
export function legacyContents(json: string, features: VersionFeatures): string {
  if (!json.startsWith("[") || (features.audio && features.resourceLinks)) return json;
  return `[${elementsOf(json)
    .map((element) => legacyContent(element, features))
    .join(",")}]`;
}

/** A content that is a text. Pure. */
export function textContent(text: string): string {
  return JSON.stringify({ type: "text", text });
}

/** The elements of a list, each as it stood. Pure. @param json an array */
export function elementsOf(json: string): readonly string[] {
  return elementSpans(json).map(({ start, end }) => json.slice(start, end));
}

function named(name: unknown): string {
  return typeof name === "string" && name !== "" ? `${name}: ` : "";
}
