import { createHash } from "node:crypto";
import { headerText, userIdText } from "@gateway/forward-auth";
import type { Identity } from "../identity/identify.ts";

/** Whom a child serves, where it is told so (`userEnv`). */
export type ChildUser = Pick<Identity, "sub" | "name">;

/** Stands for the user in a server's own variables; only with `userEnv`, which whoever reads the configuration sees to. */
const placeholder = "${MCP_USER_ID}";
/** In its place for a child that serves nobody: one that is only asked whether, and how, the server works. */
const nobody = "nobody";

/** The server's own variables as one child of it gets them. @param user undefined: it serves nobody, or is not told. Pure. */
export function environmentOfChild(
  env: Readonly<Record<string, string>>,
  user: ChildUser | undefined,
): Readonly<Record<string, string>> {
  const name = user === undefined ? nobody : fileNameOfUser(user.sub);
  const filled = Object.entries(env).map(([key, value]) => [key, value.replaceAll(placeholder, name)]);
  return { ...Object.fromEntries(filled), ...(user === undefined ? {} : userEnvironment(user)) };
}

/**
 * Whose session it is, for a child that wants to know: the values that a server which speaks HTTP gets as `X-User-Id`
 * and `X-User-Name`. Pure.
 */
export function userEnvironment({ sub, name }: ChildUser): Readonly<Record<string, string>> {
  return { MCP_USER_ID: userIdText(sub), ...(name === undefined ? {} : { MCP_USER_NAME: headerText(name) }) };
}

/**
 * A user as a part of a path: `MCP_USER_ID` where that is a plain file name, else a digest. No id leads out of a folder,
 * and no two users get the same name: not on a file system that takes upper and lower case for the same either. Pure.
 */
export function fileNameOfUser(sub: string): string {
  if (/^(gh\|\d{1,20}|local\|[a-z\d_-]{1,64})$/.test(sub)) return userIdText(sub);
  return `sha256-${createHash("sha256").update(sub).digest("hex").slice(0, 32)}`;
}
