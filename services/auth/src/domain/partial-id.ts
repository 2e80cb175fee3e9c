import { accept, type Result, refuse } from "./result.ts";

/** Characters that a part of an id must have: fewer name something by accident. */
const shortestPart = 4;

/** Finds what an id, or a part of one that nothing else has, stands for. */
export function findByPartialId<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  part: string,
): Result<T, "unknown" | "ambiguous"> {
  const exact = items.find((item) => idOf(item) === part);
  if (exact !== undefined) return accept(exact);
  const [only, ...more] = part.length < shortestPart ? [] : items.filter((item) => idOf(item).includes(part));
  if (only === undefined) return refuse("unknown");
  return more.length === 0 ? accept(only) : refuse("ambiguous");
}
