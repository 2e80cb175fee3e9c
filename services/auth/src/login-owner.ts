import type { User } from "@gateway/store";
import { isNamedByLogin } from "./domain/policy.ts";
import type { Ports } from "./ports.ts";

/**
 * Whether somebody goes by a login that a list names without being the account that went by it here first: GitHub lets a
 * login that was given up be taken over, and the list means the one who had it.
 */
export async function hasTakenOverLogin(
  { config, resourceServers, store }: Pick<Ports, "config" | "resourceServers" | "store">,
  user: User,
): Promise<boolean> {
  if (!isNamedByLogin(config, resourceServers.servers, user)) return false;
  return (await store.loginOwners.claim(user.login.toLowerCase(), user.sub)) !== user.sub;
}
