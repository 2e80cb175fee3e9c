/** Milliseconds of silence after which the feed counts as lost (decision 21). */
const lostAfter = 1_000;

/** What a reader may do with a token: `answer` from the cache, `ask` the store first, or neither. */
export type CacheTrust = "answer" | "answer-and-ask" | "ask" | "unavailable";

/**
 * How far may a token be trusted without asking the store? (decision 21; security.md 8) While the feed is alive the
 * cache is; lost, it goes on for `grace`. Whatever the feed says, a token is asked for again within `grace`, so
 * that an event lost in a short gap of the feed ends a token late, not never.
 * @param age milliseconds since the store last confirmed it; undefined: it never did
 * @param silent milliseconds since the feed was last heard
 * @param grace milliseconds
 */
export function checkCacheTrust(age: number | undefined, silent: number, grace: number): CacheTrust {
  const lost = silent > lostAfter;
  if (age === undefined || age - silent > grace) return lost ? "unavailable" : "ask";
  if (lost) return silent > grace ? "unavailable" : "answer";
  return age > grace / 2 ? "answer-and-ask" : "answer";
}
