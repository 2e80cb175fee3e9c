/** Names as the specification writes them, which a reader that does not heed case would find in other spellings too. */
export interface ExactNames {
  readonly exact: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

/** The names of one kind of object. @param names as the specification writes them */
export function exactNames(...names: readonly string[]): ExactNames {
  return { exact: new Set(names), folded: new Set(names.map(fold)) };
}

/**
 * Whether one of the names is a known one but for its letters' case. Readers that do not heed case (Go's encoding/json,
 * .NET's for the web) take `Method` for `method`, and would see another message than we have judged. Pure.
 */
export function hasLookAlike(names: Iterable<string>, { exact, folded }: ExactNames): boolean {
  for (const name of names) if (!exact.has(name) && folded.has(fold(name))) return true;
  return false;
}

/** By both cases: the long s (U+017F) is an s in upper case only, the Kelvin sign (U+212A) a k in lower case only. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}
