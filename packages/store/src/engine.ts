import type { Feed, FeedEvent } from "./ports/feed.ts";

/** A record is to be written only while its text is still this; undefined: while there is none. */
export interface Expectation {
  readonly key: string;
  readonly text: string | undefined;
}

/** A record's new text; undefined removes it. From `expiresAt` (seconds since the epoch) on the engine may drop it. */
export interface Write {
  readonly key: string;
  readonly text: string | undefined;
  readonly expiresAt?: number | undefined;
}

/** The key of a record in an index, so that it is found without knowing its id; stale from `expiresAt` on. */
export interface Membership {
  readonly index: string;
  readonly member: string;
  readonly expiresAt?: number | undefined;
}

/** What happens at once or not at all. */
export interface Change {
  readonly expect?: readonly Expectation[];
  readonly write?: readonly Write[];
  readonly join?: readonly Membership[];
  readonly leave?: readonly Membership[];
  /** Told to all who listen, after the change. */
  readonly publish?: readonly FeedEvent[];
}

/**
 * What a store is built on: texts under keys, indexes of keys, one atomic conditional change. Everything that OAuth
 * means is decided above it, once for all engines. Every method rejects with StoreUnavailable, and with nothing else.
 */
export interface Engine {
  readonly feed: Feed;
  /** The texts under these keys, in their order, all as of one moment; undefined where there is none. */
  read(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** The members of an index, in no order; stale ones may be among them. */
  members(index: string): Promise<readonly string[]>;
  /** The keys of all records that begin with `prefix`, in no order; of some the record may have expired. */
  keys(prefix: string): Promise<readonly string[]>;
  /** The names of all indexes that begin with `prefix` and have members, in no order. */
  indexes(prefix: string): Promise<readonly string[]>;
  /** Applies the change if every expectation holds; false, and nothing done, when one does not. */
  commit(change: Change): Promise<boolean>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
