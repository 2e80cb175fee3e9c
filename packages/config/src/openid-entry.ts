/** What stands before an entry for people of the OpenID provider in a server's list of users. */
export const openIdPrefix = "oidc:";

/**
 * Whether a text names people of an OpenID provider: `*` for all, an e-mail address, or a `sub` as it is. Nothing is
 * both: whatever has an @ is an address. A whole domain (`@example.com`) is no entry: an address that a provider
 * verified once may outlive what its owner had to do with the domain.
 */
export function isOpenIdEntry(entry: string): boolean {
  // OpenID Connect Core 2: a `sub` is at most 255 ASCII characters; a comma would end the entry.
  return /^[\x21-\x2b\x2d-\x3f\x41-\x7e]{1,255}(@[\x21-\x2b\x2d-\x3f\x41-\x7e]{1,255})?$/.test(entry);
}

/** What such an entry may be, for messages. */
export const openIdEntryForms = "a sub, an e-mail address, or * for everyone; no whole domain";
