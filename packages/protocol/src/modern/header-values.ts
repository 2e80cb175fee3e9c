const sentinel = /^=\?base64\?(.*)\?=$/;
const outerSpace = /^[ \t]|[ \t]$/;

/**
 * A value of `Mcp-Name` or `Mcp-Param-*`: as it stands, or `=?base64?…?=` around the base64 of its UTF-8. Undefined
 * when that cannot be decoded. Pure.
 */
export function decodeHeaderValue(value: string): string | undefined {
  const stripped = stripSpace(value);
  const [, encoded] = sentinel.exec(stripped) ?? [];
  return encoded === undefined ? stripped : decodeBase64(encoded);
}

/** Spaces and tabs around a field value are not part of it (RFC 9110 5.5). Pure. */
export function stripSpace(value: string): string {
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
