import { memberSpans, type Span } from "./spans.ts";

/** Another value, as JSON, for the member that `path` leads to. */
export interface Replacement {
  readonly path: readonly [string, ...string[]];
  readonly json: string;
}

/**
 * Puts other values into a JSON object and leaves every other byte as it stands: numbers beyond 2^53 survive.
 * A path that leads nowhere is left out. Where a name stands twice on the way, the text is written anew first, so
 * that no reader can find the value that was replaced.
 */
export function replaceValues(text: string, replacements: readonly Replacement[]): string {
  const found = replacements.map(({ path, json }) => ({ ...findValue(text, path), json }));
  if (found.some(({ repeated }) => repeated)) return replaceValues(JSON.stringify(JSON.parse(text)), replacements);
  const edits = found.flatMap(({ span, json }) => (span === undefined ? [] : [{ span, json }]));
  edits.sort((one, other) => other.span.start - one.span.start);
  return edits.reduce((edited, { span, json }) => edited.slice(0, span.start) + json + edited.slice(span.end), text);
}

function findValue(text: string, path: readonly string[]): { span?: Span; repeated: boolean } {
  let span: Span | undefined;
  for (const name of path) {
    if (span !== undefined && text[span.start] !== "{") return { repeated: false };
    const members = memberSpans(text, span?.start);
    if (members.repeated) return { repeated: true };
    span = members.spans.get(name);
    if (span === undefined) return { repeated: false };
  }
  return span === undefined ? { repeated: false } : { span, repeated: false };
}
