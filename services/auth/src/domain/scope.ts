import { baseScope, splitScope, withImplied } from "@gateway/forward-auth";
import type { ResourceServer } from "@gateway/registry";

/**
 * Accepted because SDK clients add it, and no right at any server; a refresh token depends on the client's grant types
 * alone (oauth-wire 6.2).
 */
const offlineAccess = "offline_access";

/** OpenID Connect Core 5.4: of an identity provider, which clients take any authorization server for. */
const openIdScopes = ["openid", "profile", "email", "address", "phone"];

/** Of a server what its scopes depend on. */
type Scoped = Pick<ResourceServer, "scopes">;

/**
 * All scopes of a server: `mcp`, then its own as they are declared. It is also what a client gets that asks for none of
 * them, and what the first challenge names: several clients cannot ask for more later (oauth-wire 2).
 */
export function scopesOf({ scopes = [] }: Scoped): readonly string[] {
  return [baseScope, ...scopes.map(({ name }) => name)];
}

/** Every scope that may be asked for at some server (RFC 8414 2). */
export function scopesSupported(servers: readonly Scoped[]): readonly string[] {
  return [...new Set([baseScope, ...servers.flatMap(scopesOf), offlineAccess])];
}

/** Whether a scope is asked for that means nothing here; those that clients send to any authorization server are known. */
export function hasUnknownScope(requested: string | undefined, servers: readonly Scoped[]): boolean {
  const known = new Set([...scopesSupported(servers), ...openIdScopes]);
  return splitScope(requested ?? "").some((scope) => !known.has(scope));
}

/** What can mean something of what was asked, as long as nobody knows for which server; perhaps nothing. */
export function supportedScope(requested: string | undefined, servers: readonly Scoped[]): string {
  const asked = new Set(splitScope(requested ?? ""));
  return scopesSupported(servers)
    .filter((scope) => asked.has(scope))
    .join(" ");
}

/**
 * The scope to grant at a server for what was asked (oauth-wire 5): its own are kept with all that they imply, others
 * dropped; all of its scopes where none is left, and `mcp` always, as nothing can be done without it.
 */
export function grantableScope(requested: string | undefined, server: Scoped): string {
  const asked = new Set(splitScope(requested ?? ""));
  const own = scopesOf(server);
  const kept = own.filter((scope) => asked.has(scope));
  const granted = withImplied(kept.length === 0 ? own : [baseScope, ...kept], impliedBy(server));
  return [...own, offlineAccess]
    .filter((scope) => granted.has(scope) || (scope === offlineAccess && asked.has(scope)))
    .join(" ");
}

function impliedBy({ scopes = [] }: Scoped): ReadonlyMap<string, readonly string[]> {
  return new Map(scopes.map(({ name, implies = [] }) => [name, implies]));
}

/**
 * What a refresh asks for out of `granted` (RFC 6749 6): kept with `mcp` and all that it implies; all that was granted where
 * nothing is left. Clients send again what they asked for first, or all that the metadata lists, or add `offline_access`
 * (decision 194): names that can mean nothing at this server are ignored, as at /authorize.
 * @param servers all of the gateway's
 * @returns undefined when it asks for more: a scope of the server that was not granted, or one that nobody knows
 */
export function narrowScope(
  { scope: granted, server }: { readonly scope: string; readonly server: Scoped },
  requested: string | undefined,
  servers: readonly Scoped[],
): string | undefined {
  const available = splitScope(granted);
  const asked = splitScope(requested ?? "");
  const own = scopesOf(server);
  const elsewhere = new Set([...scopesSupported(servers), ...openIdScopes].filter((scope) => !own.includes(scope)));
  if (asked.some((scope) => !available.includes(scope) && !elsewhere.has(scope))) return undefined;
  const kept = available.filter((scope) => asked.includes(scope));
  if (kept.length === 0) return granted;
  const narrowed = withImplied([baseScope, ...kept], impliedBy(server));
  return available.filter((scope) => narrowed.has(scope)).join(" ");
}
