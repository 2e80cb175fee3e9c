/** Unreserved, sub-delims, `:@/` and escapes (RFC 3986 3.3, 3.4). */
const pathText = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})+$/;
const dnsName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const dotSegment = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i;
const longest = 512;

/**
 * May a client name this URL for us to fetch: as `client_id` (client ID metadata documents) or as `jwks_uri`? https, a DNS
 * name, a path, no user information, fragment, other port or dot segment (oauth-wire 4.2.1). Looked at as text: a parser
 * would repair what must be refused. The address behind the name is judged when we connect.
 * @param allowLoopback for development: http on localhost or 127.0.0.1, any port
 */
export function isDocumentUrl(text: string, { allowLoopback = false } = {}): boolean {
  if (text.length > longest) return false;
  const [, https, path = ""] = /^https:\/\/([^/?#@:]+)(?::443)?(\/.*)$/.exec(text) ?? [];
  const [, localPath] = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?(\/.*)$/.exec(text) ?? [];
  if (https !== undefined) return dnsName.test(https) && isPath(path);
  return allowLoopback && localPath !== undefined && isPath(localPath) && URL.canParse(text);
}

function isPath(path: string): boolean {
  return path !== "/" && !path.startsWith("/?") && pathText.test(path) && !dotSegment.test(path);
}
