/** A place in a text where a credential stands. */
export interface Leak {
  /** What it is: a header's or parameter's name, or a shape. */
  readonly kind: string;
  /** What stands around it, with everything masked that may be a credential. */
  readonly excerpt: string;
}

/** Something wrote credentials down. The message names each place, and no credential. */
export class LeakedCredential extends Error {
  override readonly name = "LeakedCredential";

  constructor(leaks: readonly { readonly writing: string; readonly leak: Leak }[]) {
    const lines = leaks.map(({ writing, leak: { kind, excerpt } }) => `  ${writing}: ${kind}: ${excerpt}`);
    super(`Credentials were written down:\n${[...new Set(lines)].slice(0, 20).join("\n")}`);
  }
}

const around = 80; // characters before
const after = 24;

/** What is found at a place. Long words are cut to what tells them apart from each other, and opens nothing. */
export function leakAt(text: string, place: number, kind: string): Leak {
  const excerpt = text.slice(Math.max(0, place - around), place + after);
  return { kind, excerpt: excerpt.replaceAll("\n", " ").replace(/[\w+/=-]{12,}/g, (word) => `${word.slice(0, 4)}…`) };
}
