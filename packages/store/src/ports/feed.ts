/** What empties caches everywhere (decisions 21). */
export type FeedEvent =
  | { readonly kind: "grant-revoked"; readonly grantId: string }
  | { readonly kind: "access-token-revoked"; readonly jti: string }
  | { readonly kind: "signing-keys-changed" }
  /** Something happened that this version does not understand: nothing that was remembered is to be trusted any more. */
  | { readonly kind: "unreadable" };

/** News for every process that shares the store. Writes that revoke publish by themselves. */
export interface Feed {
  /**
   * Calls `listener` for each event from now on, own ones included; call what is returned to stop. Events published
   * just before may be among them, and after an outage those that were missed come before the feed counts as alive.
   */
  subscribe(listener: (event: FeedEvent) => void): Promise<() => Promise<void>>;
  /**
   * Milliseconds since the feed was last known to be alive; 0 for a store in this process. A reader that caches must
   * not trust its cache once this is beyond its grace: it may have missed a revocation.
   */
  silentFor(): number;
}
