import { type Members, readMembersOf, renderMembers } from "../json/members.ts";
import { metaPrefix } from "./envelope.ts";

/** Takes what MCP 2026-07-28 keeps for itself out of `_meta`, and `_meta` itself where nothing else is in it. */
export function stripMeta(members: Members): void {
  const meta = readMembersOf(members.get("_meta"));
  for (const name of [...meta.keys()]) if (name.startsWith(metaPrefix)) meta.delete(name);
  setMeta(members, meta);
}

/** Puts `_meta` back; one that is empty is none. */
export function setMeta(members: Members, meta: Members): void {
  if (meta.size === 0) members.delete("_meta");
  else members.set("_meta", renderMembers(meta));
}

/** Whether all in `_meta` is what MCP 2026-07-28 keeps for itself, as it mostly is: nothing has to be looked for in it. */
export function isAllOurs(meta: unknown): boolean {
  return typeof meta === "object" && meta !== null && Object.keys(meta).every((name) => name.startsWith(metaPrefix));
}
