import { headerText, userIdText } from "@gateway/forward-auth";
import type { Identity } from "../identity/identify.ts";

/**
 * Whose session it is, for a child that wants to know (`userEnv`): the values that a server which speaks HTTP gets as
 * `X-User-Id` and `X-User-Name`. Pure.
 */
export function userEnvironment({ sub, name }: Pick<Identity, "sub" | "name">): Readonly<Record<string, string>> {
  return { MCP_USER_ID: userIdText(sub), ...(name === undefined ? {} : { MCP_USER_NAME: headerText(name) }) };
}
