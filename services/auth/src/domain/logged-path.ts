/** A word of an address of ours, or of a server's name: lower case, short, with three digits at most. Ids and secrets are none. */
const word = /^(?!(?:.*\d){4})[a-z0-9._-]{1,32}$/;
const mostSegments = 6;

/** A path as a log may have it: its words, and "…" for each segment that may be an id, a secret or anybody's text. Pure. */
export function loggedPath(path: string): string {
  const segments = path.split("/");
  const shown = segments
    .slice(0, mostSegments + 1)
    .map((segment) => (segment === "" || word.test(segment) ? segment : "…"));
  return segments.length > shown.length ? `${shown.join("/")}/…` : shown.join("/");
}
