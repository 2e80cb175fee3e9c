import { isObject } from "../json/object.ts";

const themes: ReadonlySet<unknown> = new Set(["light", "dark", undefined]);

/**
 * Whether a value is what a client or a server is called (2026-07-28 schema, Implementation). A legacy server that reads
 * one strictly refuses its handshake over anything else. Pure.
 */
export function isImplementation(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const { name, version, title, description, websiteUrl, icons = [] } = value;
  const isCalled = typeof name === "string" && typeof version === "string";
  return (
    isCalled && [title, description, websiteUrl].every(isTextOrNone) && Array.isArray(icons) && icons.every(isIcon)
  );
}

function isIcon(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { src, mimeType, sizes = [], theme } = value;
  const hasSizes = Array.isArray(sizes) && sizes.every((size) => typeof size === "string");
  return typeof src === "string" && isTextOrNone(mimeType) && hasSizes && themes.has(theme);
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}
