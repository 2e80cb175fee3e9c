import { baseScope, splitScope } from "@gateway/forward-auth";
import type { ResourceServer } from "@gateway/registry";
import type { Grant } from "@gateway/store";

/** What a person agrees to, in words. */
export interface Permissions {
  /** What the client has not had so far. */
  readonly added: readonly string[];
  /** What it has by an earlier grant that still lives. */
  readonly held: readonly string[];
}

/**
 * The words of a scope at a server, in its order.
 * @param held the scope that the client has there already; empty: none
 */
export function permissionsOf(scope: string, server: Pick<ResourceServer, "scopes">, held = ""): Permissions {
  const has = new Set(splitScope(held));
  const asked = splitScope(scope);
  const wordsOf = (scopes: readonly string[]) => scopes.flatMap((each) => inWords(each, server));
  return {
    added: wordsOf(asked.filter((each) => !has.has(each))),
    held: wordsOf(asked.filter((each) => has.has(each))),
  };
}

/** `offline_access`, which is no right at a server, has none. */
function inWords(scope: string, { scopes = [] }: Pick<ResourceServer, "scopes">): readonly string[] {
  if (scope !== baseScope) return scopes.filter(({ name }) => name === scope).map(({ title }) => title);
  return scopes.length === 0
    ? ["see and use everything this MCP server offers, in your name"]
    : ["use this MCP server in your name, apart from what needs a permission of its own"];
}

/** The scope that a client has at a server by grants that live. */
export function heldScope(
  grants: readonly Grant[],
  { clientId, server }: { readonly clientId: string; readonly server: ResourceServer },
): string {
  return grants
    .filter((grant) => grant.clientId === clientId && server.identifiers.includes(grant.resource))
    .map(({ scope }) => scope)
    .join(" ");
}
