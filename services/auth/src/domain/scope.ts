/**
 * `mcp`: use this one server (its audience binds it). `offline_access`: accepted because SDK clients add it; a refresh
 * token depends on the client's grant types alone (oauth-wire 6.2).
 */
export const scopesSupported = ["mcp", "offline_access"] as const;

const defaultScope = "mcp";

/**
 * The scope to grant for what was asked: known ones kept, unknown ones dropped, and `mcp` always, as nothing can be
 * done without it (oauth-wire 5).
 */
export function grantableScope(requested: string | undefined): string {
  const asked = new Set([defaultScope, ...splitScope(requested ?? "")]);
  return scopesSupported.filter((scope) => asked.has(scope)).join(" ");
}

/** What a refresh asks for out of `granted`; undefined when it asks for more (RFC 6749 6). */
export function narrowScope(granted: string, requested: string | undefined): string | undefined {
  if (requested === undefined) return granted;
  const available = splitScope(granted);
  const asked = splitScope(requested);
  if (asked.length === 0 || asked.some((scope) => !available.includes(scope))) return undefined;
  return available.filter((scope) => asked.includes(scope)).join(" ");
}

/** The single scopes of a space-separated list (RFC 6749 3.3). */
export function splitScope(scope: string): string[] {
  return scope.split(" ").filter((token) => token !== "");
}

/** Whether a space-separated list holds a scope. */
export function hasScope(list: string, scope: string): boolean {
  return list === scope || splitScope(list).includes(scope);
}
