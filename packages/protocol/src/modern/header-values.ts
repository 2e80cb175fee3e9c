const sentinel = /^=\?base64\?(.*)\?=$/;
const outerSpace = /^[ \t]|[ \t]$/;
/** Whoever reads a header may take other bytes for UTF-8, for Latin-1, or for nothing. */
const plain = /^[\t\x20-\x7e]*$/;

/**
 * A value of `Mcp-Name` or `Mcp-Param-*`: as it stands, or `=?base64?…?=` around the base64 of its UTF-8. Undefined
 * when that cannot be decoded, or the header holds more than visible ASCII, spaces and tabs. Pure.
 */
export function decodeHeaderValue(value: string): string | undefined {
  const stripped = plainHeaderValue(value);
  if (stripped === undefined) return undefined;
  const [, encoded] = sentinel.exec(stripped) ?? [];
  return encoded === undefined ? stripped : decodeBase64(encoded);
}

/** What is wrong with a header that `decodeHeaderValue` makes nothing of. */
export const undecodable = "is neither plain ASCII nor =?base64?…?= around valid base64 of UTF-8";

/** A value that is never encoded; undefined when it holds what no header may (2026-07-28, value encoding). Pure. */
export function plainHeaderValue(value: string): string | undefined {
  const stripped = stripSpace(value);
  return plain.test(stripped) ? stripped : undefined;
}

/** Spaces and tabs around a field value are not part of it (RFC 9110 5.5). */
function stripSpace(value: string): string {
  if (!outerSpace.test(value)) return value;
  return value.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}

/** Buffer skips what is no base64, and puts U+FFFD for what is no UTF-8: neither may pass for another value. */
function decodeBase64(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, "base64");
  const text = bytes.toString("utf8");
  const isCanonical = bytes.toString("base64") === encoded && Buffer.from(text, "utf8").equals(bytes);
  return isCanonical ? text : undefined;
}
