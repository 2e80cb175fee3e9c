import type { Identity } from "../identity/identify.ts";

/**
 * Who may share a child: one user. A token that is limited to some tools shares one only with its like, since log lines
 * and notifications would tell it of the others. Pure.
 */
export function ownerKey({ sub, tools }: Identity): string {
  return JSON.stringify([sub, tools ?? null]);
}

/**
 * In whose name children are shared: a user's own, or everyone's where the operator says that the server keeps nothing of
 * anybody (mcp-wire.md §5.1). Pure.
 */
export function sharerOf(identity: Identity, isShared: boolean): Identity {
  const { tools } = identity;
  return isShared ? { sub: "", clientId: "", ...(tools === undefined ? {} : { tools }) } : identity;
}
