/** Which tools of a server exist for its clients. Names and globs, in which `*` stands for any run of characters. */
export interface ToolRules {
  /** Undefined: every tool; empty: none. */
  readonly allow?: readonly string[] | undefined;
  /** Wins over `allow`. */
  readonly deny?: readonly string[] | undefined;
}

/** Whether a tool of that name exists for clients. */
export type IsToolAllowed = (name: unknown) => boolean;

/** Prepares the rules for use; undefined when they let every tool through. Pure. */
export function compileToolRules({ allow, deny = [] }: ToolRules): IsToolAllowed | undefined {
  if (allow === undefined && deny.length === 0) return undefined;
  const isAllowed = allow === undefined ? () => true : matcherOf(allow);
  const isDenied = matcherOf(deny);
  return (name) => typeof name === "string" && isAllowed(name) && !isDenied(name);
}

/** The tools that two sets of rules both let through; undefined when neither keeps any back. Pure. */
export function allowedByBoth(
  one: IsToolAllowed | undefined,
  other: IsToolAllowed | undefined,
): IsToolAllowed | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (name) => one(name) && other(name);
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const names = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const globs = patterns.filter((pattern) => pattern.includes("*")).map((pattern) => pattern.split("*"));
  return (name) => names.has(name) || globs.some((pieces) => matchesPieces(name, pieces));
}

/** Each piece as early as it can stand: no backtracking, so no pattern is slow. */
function matchesPieces(name: string, pieces: readonly string[]): boolean {
  const [first = "", ...others] = pieces;
  const last = others.pop() ?? "";
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const piece of others) {
    const found = name.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
