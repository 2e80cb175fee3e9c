import { type Leak, LeakedCredential, leakAt } from "./leaked-credential.ts";

/** Characters: what is shorter would be found by chance. */
const shortest = 8;
/** So many of its first characters stand for a credential: a log that cuts it still gives it away. */
const telling = 16;

/** What is a credential whoever made it. */
const shapes = [
  ["a JWT", /eyJ[\w-]{8,}/g],
  ["a private key", /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY|LS0tLS1CRUdJTi/g],
] as const;

/** Credentials that were seen where they belong, to be looked for where they do not. */
export class Credentials {
  /** What is known, by its first characters: a text is gone through once, however many there are. */
  readonly #known = new Map<string, Map<string, string>>();

  /** Remembers one. Of a JWT it is the signature that matters: the rest is found by its shape. */
  add(kind: string, value: string | undefined): void {
    const secret = value?.startsWith("eyJ") ? value.split(".")[2] : value;
    if (secret === undefined || secret.length < shortest) return;
    const start = secret.slice(0, shortest);
    const alike = this.#known.get(start) ?? new Map<string, string>();
    this.#known.set(start, alike.set(secret.slice(0, telling), kind));
  }

  /** Whether any is known: a search that knew of none would prove nothing. */
  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** Where in a text a credential stands. */
  find(text: string): readonly Leak[] {
    const leaks: Leak[] = [];
    for (const [kind, shape] of shapes) {
      for (const { index } of text.matchAll(shape)) leaks.push(leakAt(text, index, kind));
    }
    for (let place = 0; place + shortest <= text.length; place += 1) {
      const alike = this.#known.get(text.slice(place, place + shortest));
      if (alike === undefined) continue;
      for (const [secret, kind] of alike) {
        if (text.startsWith(secret, place)) leaks.push(leakAt(text, place, kind));
      }
    }
    return leaks;
  }

  /**
   * Sees to it that none stands in what was written.
   * @param writings texts by the name to call them by
   * @param own kinds of which the writer makes its own, and may write them down
   * @throws LeakedCredential
   */
  requireNoneIn(writings: Readonly<Record<string, string>>, own: readonly string[] = []): void {
    const leaks = Object.entries(writings).flatMap(([writing, text]) =>
      this.find(text)
        .filter(({ kind }) => !own.includes(kind))
        .map((leak) => ({ writing, leak })),
    );
    if (leaks.length > 0) throw new LeakedCredential(leaks);
  }
}
