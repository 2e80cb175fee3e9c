/** Where a value stands in a JSON text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The members of one object, by name; a name that stands twice has its last value, as with JSON.parse. */
export interface MemberSpans {
  readonly spans: ReadonlyMap<string, Span>;
  /** Two members share a name. Other parsers may take the first: such a text must not be passed on as it stands. */
  readonly repeated: boolean;
}

/**
 * Finds the values of the object that begins at `start`.
 * @param text valid JSON: JSON.parse took it
 */
export function memberSpans(text: string, start = skipSpace(text, 0)): MemberSpans {
  const spans = new Map<string, Span>();
  let repeated = false;
  let at = skipSpace(text, start + 1);
  while (text[at] !== "}") {
    const nameEnd = skipString(text, at);
    const name = decodeName(text.slice(at + 1, nameEnd - 1));
    const value = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, value);
    repeated ||= spans.has(name);
    spans.set(name, { start: value, end });
    at = afterComma(text, end);
  }
  return { spans, repeated };
}

/** An escaped `id` is an `id`. */
function decodeName(name: string): string {
  return name.includes("\\") ? (JSON.parse(`"${name}"`) as string) : name;
}

/** Finds the elements of the array that is the whole text, which must be valid JSON. */
export function elementSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] !== "]") {
    const end = skipValue(text, at);
    spans.push({ start: at, end });
    at = afterComma(text, end);
  }
  return spans;
}

/** How deep a message may be nested: far beyond what one needs, and far from what overflows a recursive parser. */
export const deepest = 256;

/** How deep arrays and objects of a valid JSON text are nested; 0 for a scalar. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = skipString(text, at) - 1;
    else if (opens(code)) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (closes(code)) depth -= 1;
  }
  return deepest;
}

const quote = 0x22;
const backslash = 0x5c;
const opens = (code: number) => code === 0x7b || code === 0x5b;
const closes = (code: number) => code === 0x7d || code === 0x5d;
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

function skipString(text: string, start: number): number {
  let at = start;
  do at = text.indexOf('"', at + 1);
  while (isEscaped(text, at));
  return at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}

function skipValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return skipString(text, start);
  return opens(first) ? skipContainer(text, start) : skipScalar(text, start);
}

function skipContainer(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = skipString(text, at);
      continue;
    }
    if (opens(code)) depth += 1;
    else if (closes(code)) depth -= 1;
    at += 1;
  } while (depth > 0);
  return at;
}

function skipScalar(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSpace(text.charCodeAt(at)) && text[at] !== "," && !closes(text.charCodeAt(at))) at += 1;
  return at;
}
