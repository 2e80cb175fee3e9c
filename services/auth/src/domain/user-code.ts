/** Letters that are not taken for one another, and make no words (RFC 8628 6.1). */
const alphabet = "BCDFGHJKLMNPQRSTVWXZ";
const length = 8;

/**
 * Makes a user code: 8 letters, some 34 bits.
 * @param pick a random whole number below its argument
 */
export function makeUserCode(pick: (below: number) => number): string {
  return Array.from({ length }, () => alphabet[pick(alphabet.length)]).join("");
}

/** As it is shown: `XXXX-XXXX`. */
export function renderUserCode(userCode: string): string {
  return `${userCode.slice(0, length / 2)}-${userCode.slice(length / 2)}`;
}

/** What a person typed, without case, dashes and blanks (RFC 8628 6.1); undefined when it can be no user code. */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.length > 64 ? "" : typed.replace(/[\s\p{Pd}]/gu, "").toUpperCase();
  return letters.length === length && [...letters].every((letter) => alphabet.includes(letter)) ? letters : undefined;
}
