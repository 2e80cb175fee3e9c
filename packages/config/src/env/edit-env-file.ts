import { parseEnv } from "node:util";

/**
 * Sets variables in the text of a `.env` file; the rest of it stays as it is, comments too. What is not there yet is added
 * at the end.
 * @throws when a value cannot be written so that it is read back the same
 */
export function setVariables(text: string, values: Readonly<Record<string, string>>): string {
  let edited = text;
  for (const [name, value] of Object.entries(values)) edited = setVariable(edited, name, value);
  return edited;
}

function setVariable(text: string, name: string, value: string): string {
  const line = `${name}=${quoted(value)}`;
  // A quoted value may go over several lines; of a name that is there twice the last one counts.
  const there = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*("[^"]*"|'[^']*'|\`[^\`]*\`)?.*$`, "gm");
  const found = [...text.matchAll(there)].at(-1);
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const edited =
    found === undefined
      ? `${before}${line}\n`
      : text.slice(0, found.index) + line + text.slice(found.index + found[0].length);
  if (parseEnv(edited)[name] !== value) throw new Error(`${name} cannot be written to .env: choose another value`);
  return edited;
}

/** A value as `.env` files write it. */
function quoted(value: string): string {
  if (/^[\w@%+=:,./~*|-]*$/.test(value)) return value;
  const quote = ["'", '"', "`"].find((one) => !value.includes(one)) ?? "'";
  return `${quote}${value}${quote}`;
}
