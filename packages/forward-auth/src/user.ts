/**
 * The user as an MCP server is told: by `X-User-Id` and `X-User-Name` where it speaks HTTP, by its environment where it
 * is a process.
 */

/** The digits of a GitHub id; `local-<name>` for another kind of login, which cannot be taken for one (decision 17). */
export function userIdText(sub: string): string {
  return headerText(sub.replace(/^gh\|/, "").replace("|", "-"));
}

/** A value as visible ASCII and spaces, without commas: the rest is percent-encoded (oauth-wire 13.2). */
export function headerText(value: string): string {
  return isHeaderText.test(value) ? value : value.replace(/[^\x20-\x2b\x2d-\x7e]+/g, percentEncode);
}

/** Nearly every value: to test costs less than to replace nothing. */
const isHeaderText = /^[\x20-\x2b\x2d-\x7e]*$/;

function percentEncode(run: string): string {
  return Array.from(Buffer.from(run), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
