import { createHash } from "node:crypto";

/** What stands before the id in the key of a record; docs/storage.md has what is kept under each. */
export const recordPrefixes = {
  client: "client:",
  clientAssertion: "assertion:",
  pendingAuthorization: "state:",
  code: "code:",
  deviceCode: "device:",
  userCode: "usercode:",
  browserSession: "browser:",
  consent: "consent:",
  loginOwner: "login:",
  grant: "grant:",
  refreshToken: "refresh:",
  revokedAccessToken: "token:",
  mcpSession: "session:",
  replica: "replica:",
  requestState: "used:",
  eraVerdict: "era:",
  keys: "keys:",
} as const;

/** What stands before the id in the name of an index; those of a whole subject have no id. */
export const indexPrefixes = {
  clients: "clients",
  grants: "grants",
  mcpSessions: "sessions",
  replicas: "replicas",
  clientGrants: "client_grants:",
  user: "user:",
} as const;

/** Bytes. An LMDB key ends at 1978, and an index entry there holds two names, their control characters escaped. */
const longestId = 256;

/** The key of a record, the same for every engine. */
export function recordKey(subject: keyof typeof recordPrefixes, id: string): string {
  return recordPrefixes[subject] + boundedId(id);
}

/** The name of an index: of a whole subject, or of what belongs to `owner`. */
export function indexName(index: keyof typeof indexPrefixes, owner = ""): string {
  return indexPrefixes[index] + boundedId(owner);
}

/** What all our own ids are of: a character is a byte. */
const ascii = /^[\x20-\x7e]*$/;

// Ids come from the wire as well, in any length and with lone surrogates: those are looked up like any other.
function boundedId(id: string): string {
  if (id.length <= longestId && ascii.test(id)) return id;
  const bytes = Buffer.from(id);
  return bytes.length <= longestId ? bytes.toString() : `~${createHash("sha256").update(bytes).digest("base64url")}`;
}
