/** What a protected resource says is wrong with a token (RFC 6750 3.1). */
export type ChallengeError = "invalid_request" | "invalid_token" | "insufficient_scope";

/** A challenge of an MCP server (RFC 6750 3, RFC 9728 5.1). */
export interface Challenge {
  /** URL of the protected resource metadata document; absent where the request does not say which resource it means. */
  readonly resourceMetadata?: string;
  /** Space separated; everything the operation needs, since several clients cannot ask for more later. */
  readonly scope?: string;
  /** Absent when no token was sent: RFC 6750 3.1 gives no reason then. */
  readonly error?: { readonly code: ChallengeError; readonly description: string };
}

/** Writes the value of `WWW-Authenticate`: one line, `Bearer` first, every value quoted. */
export function renderChallenge({ resourceMetadata, scope, error }: Challenge): string {
  const parameters: [string, string][] = [["realm", "mcp"]];
  if (resourceMetadata !== undefined) parameters.push(["resource_metadata", resourceMetadata]);
  if (scope !== undefined) parameters.push(["scope", scope]);
  if (error !== undefined) parameters.push(["error", error.code], ["error_description", error.description]);
  return `Bearer ${parameters.map(([name, value]) => `${name}=${quote(value)}`).join(", ")}`;
}

// RFC 9110 5.6.4. What could end the line or leave ASCII goes: a header with it would not be sent at all.
function quote(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, "").replace(/[\\"]/g, "\\$&")}"`;
}

/** Where the metadata document of an MCP endpoint is: the well-known segment goes before the path (RFC 9728 3.1). */
export function resourceMetadataUrl({ origin, pathname }: Pick<URL, "origin" | "pathname">): string {
  return `${origin}/.well-known/oauth-protected-resource${pathname}`;
}
