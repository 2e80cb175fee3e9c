import type { Database, RootDatabase } from "lmdb";
import type { Membership, Write } from "../engine.ts";

/** The three tables in an embedded store's file. */
export interface Tables {
  readonly root: RootDatabase;
  /** Key → text. */
  readonly records: Database<string, string>;
  /** [index, member] → when it goes stale; null: never. */
  readonly memberships: Database<number | null, [string, string]>;
  /** What may be due when: a hint, checked before anything is removed. [time, key] or [time, index, member]. */
  readonly due: Database<true, [number, ...string[]]>;
}

/** Opens the file, making it where there is none. Throws what LMDB throws. */
export async function openTables(path: string): Promise<Tables> {
  const { open } = await import("lmdb"); // only who keeps an embedded store pays for loading it (decision 15)
  // Without overlapping sync a commit is acknowledged when it is on the disk, not when it is about to be. Without
  // batches by event turn there is no promise of a batch that nobody holds, which a full disk would reject.
  const root = open({ path, overlappingSync: false, eventTurnBatching: false, maxDbs: 3 });
  return {
    root,
    records: root.openDB<string, string>({ name: "records", encoding: "string" }),
    memberships: root.openDB<number | null, [string, string]>({ name: "memberships", encoding: "json" }),
    due: root.openDB<true, [number, ...string[]]>({ name: "due", encoding: "json" }),
  };
}

/**
 * Does `work` in one transaction, acknowledged when it is on the disk. Rejects when it could not be written there, as on
 * a full disk; then nothing of it was done.
 */
export async function transact<T>({ root }: Tables, work: () => T): Promise<T> {
  try {
    return await root.transaction(work);
  } catch (error) {
    // LMDB tells the reason by a second promise, which would end the process if nobody listened.
    const { commitError } = error as { commitError?: Promise<never> };
    commitError?.catch(() => undefined);
    throw error;
  }
}

/** Writes or removes a record. Within a transaction. */
export function writeRecord({ records, due }: Tables, { key, text, expiresAt }: Write): void {
  if (text === undefined) {
    records.removeSync(key);
    return;
  }
  records.putSync(key, text);
  if (expiresAt !== undefined) due.putSync([expiresAt, key], true);
}

/** Enters a record into an index, or moves the end of its membership. Within a transaction. */
export function joinIndex({ memberships, due }: Tables, { index, member, expiresAt }: Membership): void {
  memberships.putSync([index, member], expiresAt ?? null);
  if (expiresAt !== undefined) due.putSync([expiresAt, index, member], true);
}

/** The members of an index. */
export function membersOf({ memberships }: Tables, index: string): readonly string[] {
  const members: string[] = [];
  for (const [name, member] of memberships.getKeys({ start: [index, ""] })) {
    if (name !== index) break;
    members.push(member);
  }
  return members;
}

/** The keys of records that begin with `prefix`, from the one after `last` on, at most `limit`. */
export function keysOf(
  { records }: Tables,
  prefix: string,
  last: string | undefined,
  limit: number,
): readonly string[] {
  const from = last === undefined ? { start: prefix } : { start: last, exclusiveStart: true };
  const keys: string[] = [];
  for (const key of records.getKeys({ ...from, limit })) {
    if (!key.startsWith(prefix)) break;
    keys.push(key);
  }
  return keys;
}

/** The names of indexes that begin with `prefix`. */
export function indexesOf({ memberships }: Tables, prefix: string): readonly string[] {
  const names = new Set<string>();
  for (const [name] of memberships.getKeys({ start: [prefix, ""] })) {
    if (!name.startsWith(prefix)) break;
    names.add(name);
  }
  return [...names];
}
