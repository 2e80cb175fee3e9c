/** The signing keys that replicas share, as one text, sealed by whoever keeps them: the store cannot read it. */
export interface SealedSigningKeys {
  /** What was kept last; undefined before the first. */
  read(): Promise<string | undefined>;
  /**
   * Keeps a text in the place of `previous` (undefined: where there is none), for ever, and the feed says so. False, and
   * nothing done, when something else is there: of two concurrent calls exactly one gives true.
   */
  replace(previous: string | undefined, sealed: string): Promise<boolean>;
}
