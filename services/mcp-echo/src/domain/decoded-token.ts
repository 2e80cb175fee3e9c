import { masked } from "./masking.ts";

/** Claims by which a token is known to who made it (RFC 7519 4.1.7, OpenID Connect Session). */
const identifying = ["jti", "sid"];

/**
 * What a JWT says (RFC 7519), without its signature, which alone makes it worth something; undefined for any other token.
 * Nothing is verified.
 */
export function decodedToken(token: string): { header: unknown; payload: unknown } | undefined {
  const [header, payload, signature, ...more] = token
    .split(".")
    .map((part, index) => (index < 2 ? jsonOf(part) : part));
  if (!isObject(header) || !isObject(payload) || signature === undefined || more.length > 0) return undefined;
  const claims = Object.entries(payload).map(([name, value]) => [
    name,
    identifying.includes(name) ? masked(String(value)) : value,
  ]);
  return { header, payload: Object.fromEntries(claims) };
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined; // no JWT then
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
