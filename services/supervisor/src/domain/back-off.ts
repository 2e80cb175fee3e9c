const first = 1_000; // ms
const longest = 30_000; // ms

/** A process that ran this long was well: its next end counts as the first. */
const steady = 60_000; // ms

/** How often in a row a process has died, given how long it ran this time (ms). */
export function failuresAfter(failures: number, ranFor: number): number {
  return ranFor >= steady ? 1 : failures + 1;
}

/** How long (ms) to wait before a process is started again: 1, 2, 4 … 30 s. */
export function backOff(failures: number): number {
  return Math.min(first * 2 ** Math.max(failures - 1, 0), longest);
}
