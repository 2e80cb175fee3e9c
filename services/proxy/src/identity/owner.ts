import type { Identity } from "./identify.ts";

/** Whom a session belongs to: a user with a client, whatever their tokens are (security.md 20). */
export type Owner = Pick<Identity, "sub" | "clientId" | "tools">;

/**
 * Whether what belongs to one may be used by the other. A token that is limited to some tools shares a session only with
 * tokens of the same limit: log lines, progress and resumed streams would show it what the other tools did.
 */
export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.sub === other.sub && one.clientId === other.clientId && limitOf(one) === limitOf(other);
}

function limitOf({ tools }: Owner): string | undefined {
  return tools?.join("\n");
}
