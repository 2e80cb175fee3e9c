/** What may follow a backslash inside double quotes and lose it; elsewhere the backslash stays. */
const escapableInQuotes = /["\\]/;

/**
 * Splits a command line into a program and its arguments. No shell: `$`, `;`, `*` and the like are plain characters.
 * - blanks separate; several count as one
 * - between single quotes everything is taken as it stands
 * - between double quotes too, save that `\"` and `\\` give `"` and `\`
 * - outside quotes a backslash takes the next character as it stands
 * - quotes may begin and end inside an argument; `""` is an empty argument
 * @returns undefined when a quote is not closed or the text ends with a backslash
 */
export function splitCommandLine(text: string): string[] | undefined {
  const args: string[] = [];
  let current: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (/\s/.test(character)) {
      if (current !== undefined) args.push(current);
      current = undefined;
      continue;
    }
    const piece = readPiece(text, at);
    if (piece === undefined) return undefined;
    current = (current ?? "") + piece.value;
    at = piece.last;
  }
  return current === undefined ? args : [...args, current];
}

interface Piece {
  readonly value: string;
  /** Index of its last character. */
  readonly last: number;
}

function readPiece(text: string, start: number): Piece | undefined {
  const first = text[start] as string;
  if (first === "'") return readSingleQuoted(text, start);
  if (first === '"') return readDoubleQuoted(text, start);
  if (first !== "\\") return { value: first, last: start };
  const next = text[start + 1];
  return next === undefined ? undefined : { value: next, last: start + 1 };
}

function readSingleQuoted(text: string, start: number): Piece | undefined {
  const end = text.indexOf("'", start + 1);
  return end === -1 ? undefined : { value: text.slice(start + 1, end), last: end };
}

function readDoubleQuoted(text: string, start: number): Piece | undefined {
  let value = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') return { value, last: at };
    const escaped = character === "\\" && escapableInQuotes.test(text[at + 1] ?? "");
    if (escaped) at += 1;
    value += text[at];
  }
  return undefined;
}
