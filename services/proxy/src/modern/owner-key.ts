import type { Identity } from "../identity/identify.ts";

/** Of identities that are known: requests come with the same one again and again. */
const known = new WeakMap<Identity, string>();

/**
 * Who may share a child: one user. A token that is limited to some tools shares one only with its like, since log lines
 * and notifications would tell it of the others.
 */
export function ownerKey(identity: Identity): string {
  const found = known.get(identity);
  if (found !== undefined) return found;
  const key = JSON.stringify([identity.sub, identity.tools ?? null]);
  known.set(identity, key);
  return key;
}

/**
 * In whose name children are shared: a user's own, or everyone's where the operator says that the server keeps nothing of
 * anybody (mcp-wire.md §5.1). Pure.
 */
export function sharerOf(identity: Identity, isShared: boolean): Identity {
  const { tools } = identity;
  return isShared ? { sub: "", clientId: "", ...(tools === undefined ? {} : { tools }) } : identity;
}
