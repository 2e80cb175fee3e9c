import type { ResourceServer } from "@gateway/registry";
import type { User } from "@gateway/store";
import type { AuthConfig } from "../config.ts";

/** May this person sign in at all? Asked at sign-in and again on every request, so that a removal acts at once. */
export function maySignIn({ github, localLogin }: Pick<AuthConfig, "github" | "localLogin">, user: User): boolean {
  if (user.sub.startsWith("gh|")) return github !== undefined && isListed(github.allowedUsers, user);
  // Decision 18: the local login has a list of its own, compared exactly as the operating system would.
  if (user.sub.startsWith("local|")) return localLogin?.users.includes(user.login) ?? false;
  return false;
}

/** May someone who may sign in use this server? A server without a list of its own is open to all of them. */
export function mayUse(server: Pick<ResourceServer, "allowUsers">, user: User): boolean {
  return server.allowUsers === undefined || isListed(server.allowUsers, user);
}

function isListed(entries: readonly string[], user: User): boolean {
  return entries.some((entry) => matches(entry, user));
}

function matches(entry: string, { sub, login }: User): boolean {
  if (entry === "*") return true;
  // An all-digit entry is an id and nothing else: GitHub lets anyone take a login made of digits.
  if (/^\d+$/.test(entry)) return sub === `gh|${entry}`;
  return entry.toLowerCase() === login.toLowerCase();
}
