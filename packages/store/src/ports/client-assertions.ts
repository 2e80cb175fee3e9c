/** Client assertions that were used (RFC 7523 3): each is good for one request. */
export interface ClientAssertions {
  /**
   * Spends the `jti` of a client's assertion, remembered until `expiresAt` (seconds since the epoch). False when it was
   * spent before; of two concurrent calls exactly one gives true.
   */
  spend(clientId: string, jti: string, expiresAt: number): Promise<boolean>;
}
