/**
 * How many of a server's sessions one user may have, where nothing else is said: a quarter, rounded up, so that nobody
 * closes a server to all others. Pure.
 */
export function shareOfOneUser(sessions: number): number {
  return Math.ceil(sessions / 4);
}
