import { memberSpans } from "./spans.ts";

/** The members of one JSON object, each value as the text it stood in: numbers beyond 2^53 survive. */
export type Members = Map<string, string>;

/**
 * Takes the object that begins at `start` apart; of a name that stands twice the last value counts.
 * @param text valid JSON: JSON.parse took it
 */
export function readMembers(text: string, start?: number): Members {
  const { spans } = memberSpans(text, start);
  return new Map([...spans].map(([name, span]) => [name, text.slice(span.start, span.end)]));
}

/** Puts an object together again. */
export function renderMembers(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

/** The members of a value that may be missing, or be no object: then there are none. */
export function readMembersOf(json: string | undefined): Members {
  return json?.startsWith("{") ? readMembers(json) : new Map();
}
