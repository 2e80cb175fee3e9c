import { loopbackUri, outOfBand } from "@gateway/config/auth";

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
