import { linesOf } from "./upstream-headers.ts";

/** What a browser client of MCP reads (mcp-wire 3.2). */
const exposed = "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After";

/** The CORS headers of any answer on an /mcp route, refusals included: without them a browser sees a network error. */
export function corsHeaders(
  rawHeaders: readonly string[],
  allowedOrigins: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  const origins = linesOf(rawHeaders).filter(([name]) => name === "origin");
  const [origin] = origins;
  const vary = ["Vary", "Origin"] as const;
  if (origin === undefined || origins.length > 1 || !isAllowedOrigin(origin[1], allowedOrigins)) return [vary];
  return [vary, ["Access-Control-Allow-Origin", origin[1]], ["Access-Control-Expose-Headers", exposed]];
}

/** `*` is accepted only if written; `loopback` is any origin on this machine. `null` is nobody's origin. */
export function isAllowedOrigin(origin: string, allowedOrigins: readonly string[]): boolean {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false;
  return allowedOrigins.some(
    (allowed) => allowed === "*" || allowed === origin || (allowed === "loopback" && isLoopbackOrigin(origin)),
  );
}

/** RFC 6761 6.3, RFC 8252 7.3: names and addresses that never leave this machine. */
function isLoopbackOrigin(origin: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|(.+\.)?localhost)$/.test(new URL(origin).hostname);
}
