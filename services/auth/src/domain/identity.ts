import type { User } from "@gateway/store";

/**
 * `X-User-Id`: the digits of a GitHub id; `local-<name>` for another kind of login, which cannot be taken for one
 * (decision 17).
 */
export function userIdHeader({ sub }: User): string {
  return headerText(sub.replace(/^gh\|/, "").replace("|", "-"));
}

/** A value as visible ASCII and spaces, without commas: the rest is percent-encoded (oauth-wire 13.2). */
export function headerText(value: string): string {
  return value.replace(/[^\x20-\x2b\x2d-\x7e]+/g, percentEncode);
}

function percentEncode(run: string): string {
  return Array.from(Buffer.from(run), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
