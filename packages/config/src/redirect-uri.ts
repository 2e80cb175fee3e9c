/**
 * A private-use URI scheme (RFC 8252 7.1), in lower case, to which a browser may be sent: whatever an operator writes, not
 * to what runs code or reaches files (security.md 14). `http` and `https` have rules of their own.
 */
export const redirectScheme =
  /^(?!(?:https?|javascript|vbscript|data|file|filesystem|blob|about|view-source)$)[a-z][a-z\d+.-]*$/;

/** Where the code is shown on a page of ours instead of being sent to the client (decision 24). */
export const outOfBand = "urn:ietf:wg:oauth:2.0:oob";

/**
 * Private-use schemes (RFC 8252 7.1) of known MCP clients, and of editors whose extensions are clients (docs/clients.md).
 * Others could run code or reach files: the operator adds some.
 */
const privateUseSchemes: ReadonlySet<string> = new Set([
  ...["cursor", "vscode", "vscode-insiders", "vscodium", "windsurf", "kiro", "trae", "antigravity", "jetbrains", "zed"],
  ...["claude", "warp", "warppreview", "raycast", "com.raycast", "workbuddy"],
]);
/** RFC 3986 2 without `#` (RFC 6749 3.1.2) and without the wildcard `*`. */
const allowedText = /^(?:[A-Za-z0-9\-._~:/?[\]@!$&'()+,;=]|%[0-9A-Fa-f]{2})+$/;
/**
 * `http` on this computer: host, path, query. The host is compared as text: a parser would also turn 127.1 or
 * 0x7f.0.0.1 into a loopback address.
 */
export const loopbackUri = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/[^?]*)?(\?.*)?$/i;

/** Why a redirect URI may not be registered. */
export type RedirectUriRefusal = "too_long" | "malformed" | "user_info" | "http_off_loopback" | "scheme";

/**
 * May a client register this redirect URI (oauth-wire 4.1, security.md 14)?
 * @param moreSchemes of applications that the operator added
 * @returns why not, or undefined when it may
 */
export function checkRedirectUri(uri: string, moreSchemes: readonly string[] = []): RedirectUriRefusal | undefined {
  if (uri === outOfBand) return undefined;
  if (uri.length > 2_048) return "too_long";
  const [, scheme, authority] = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?]*))?/.exec(uri) ?? [];
  if (scheme === undefined || !allowedText.test(uri) || !URL.canParse(uri)) return "malformed";
  if (authority?.includes("@")) return "user_info";
  if (/^https?$/i.test(scheme)) return checkWebUri(scheme.toLowerCase(), authority, uri);
  return isSchemeOfApplication(scheme.toLowerCase(), moreSchemes) ? undefined : "scheme";
}

function checkWebUri(scheme: string, authority: string | undefined, uri: string): RedirectUriRefusal | undefined {
  if (scheme === "https") return authority ? undefined : "malformed";
  return loopbackUri.test(uri) ? undefined : "http_off_loopback";
}

function isSchemeOfApplication(scheme: string, moreSchemes: readonly string[]): boolean {
  return redirectScheme.test(scheme) && (privateUseSchemes.has(scheme) || moreSchemes.includes(scheme));
}

/** What the operator is told of a redirect URI that may not be registered. */
export const redirectUriRule =
  "an https URL, an http URL on localhost, 127.0.0.1 or [::1], or a known app's scheme (gateway.redirectSchemes adds one)";
