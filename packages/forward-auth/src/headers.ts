/**
 * The names both sides of ForwardAuth agree on (Traefik forwardAuth; its stand-in, the edge; `/verify`; the proxy).
 * Lower case: header names are compared without case (RFC 9110 5.1).
 */

/** The identity that `/verify` answers with. */
export const identityHeaders = {
  userId: "x-user-id",
  userName: "x-user-name",
  authToken: "x-auth-token",
  authScope: "x-auth-scope",
  authClient: "x-auth-client",
  assertion: "x-gateway-assertion",
} as const;

/**
 * For each of these the client's value is deleted and that of `/verify` copied if present. `Authorization` and
 * `Cookie` are never returned by `/verify`, so listing them removes them before the MCP side.
 */
export const authResponseHeaders: readonly string[] = [...Object.values(identityHeaders), "authorization", "cookie"];

/** Removes every other spelling of an identity header (underscore, dot): some back ends fold them into one name. */
export const authResponseHeadersPattern = "(?i)^x[^a-z0-9]+(user|auth|gateway)[^a-z0-9].*$";

/** What of the client's request `/verify` gets to see, beside the X-Forwarded-* that the edge makes itself. */
export const authRequestHeaders: readonly string[] = [
  "authorization",
  "accept",
  "origin",
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
];

const otherSpelling = /^x[^a-z0-9]+(user|auth|gateway)[^a-z0-9].*$/i;

/** Whether a client's header of this name must be dropped before a request goes on to an MCP server. */
export function mustNotPass(name: string): boolean {
  return authResponseHeaders.includes(name.toLowerCase()) || otherSpelling.test(name);
}
