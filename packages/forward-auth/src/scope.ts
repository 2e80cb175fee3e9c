/** What auth grants and a proxy asks for: scopes, as a space-separated list (RFC 6749 3.3). */

/** Use of one server. Every request to it needs this one; a token's audience says which server. */
export const baseScope = "mcp";

/** By scope, the ones that it brings along. One that brings none may be left out. */
export type ImpliedScopes = ReadonlyMap<string, readonly string[]>;

/** The single scopes of a list. */
export function splitScope(scope: string): string[] {
  return scope.split(" ").filter((token) => token !== "");
}

/** Whether a list holds a scope. */
export function hasScope(list: string, scope: string): boolean {
  return list === scope || splitScope(list).includes(scope);
}

/** These scopes and all that they bring along, also by way of others. Ends on cycles too. */
export function withImplied(scopes: Iterable<string>, implied: ImpliedScopes): ReadonlySet<string> {
  const all = new Set(scopes);
  for (const scope of all) for (const brought of implied.get(scope) ?? []) all.add(brought);
  return all;
}
