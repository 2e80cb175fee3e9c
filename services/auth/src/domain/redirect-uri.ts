import { redirectScheme } from "@gateway/config/auth";

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
// The host is compared as text: a parser would also turn 127.1 or 0x7f.0.0.1 into a loopback address.
const loopbackUri = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/[^?]*)?(\?.*)?$/i;

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

/**
 * Is the requested redirect URI one of the registered ones (oauth-wire 4.3)? Byte for byte, save that the port of an
 * `http` loopback URI is free (RFC 8252 7.3). `localhost`, `127.0.0.1` and `[::1]` are three different hosts.
 */
export function isRedirectUriAllowed(registered: readonly string[], requested: string): boolean {
  if (registered.includes(requested)) return true;
  const wanted = withoutLoopbackPort(requested);
  return wanted !== undefined && registered.some((uri) => withoutLoopbackPort(uri) === wanted);
}

function withoutLoopbackPort(uri: string): string | undefined {
  const [, host, path, query] = loopbackUri.exec(uri) ?? [];
  if (host === undefined || !URL.canParse(uri)) return undefined; // canParse: the port is a port
  return `${host.toLowerCase()}${path ?? "/"}${query ?? ""}`;
}

/** Whether the answer goes to a program on the person's own machine, which nobody has proven to be what it says. */
export function isLoopbackRedirect(uri: string): boolean {
  return loopbackUri.test(uri);
}

/** The part of a redirect URI that a person agrees to: host (and port, off loopback), or scheme of an app. */
export function redirectHost(uri: string): string {
  if (uri === outOfBand) return uri;
  const loopbackHost = loopbackUri.exec(uri)?.[1];
  if (loopbackHost !== undefined) return loopbackHost.toLowerCase();
  const { protocol, host } = new URL(uri);
  if (protocol === "https:") return host;
  return host === "" ? protocol : `${protocol}//${host}`;
}

/**
 * The address that carries an authorization response: the redirect URI as sent, its own query kept, the parameters
 * appended by form encoding (RFC 6749 4.1.2). Out of band it is our own page.
 */
export function authorizationResponseUri(
  redirectUri: string,
  issuer: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const target = redirectUri === outOfBand ? `${issuer}/success` : redirectUri;
  const query = new URLSearchParams({ ...definedOnly(parameters), iss: issuer }); // RFC 9207 2
  return `${target}${target.includes("?") ? "&" : "?"}${query}`;
}

function definedOnly(parameters: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
