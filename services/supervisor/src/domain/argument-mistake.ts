/**
 * What is wrong with the arguments after a name in `just add NAME …`, with the right way; undefined: they can be a command
 * or a URL.
 * @param flags those that may stand in their place
 */
export function argumentMistake(
  name: string,
  [first, ...rest]: readonly [string, ...string[]],
  flags: readonly string[],
): string | undefined {
  if (first.startsWith("-")) {
    return `Unknown argument ${JSON.stringify(first)}; allowed: ${flags.join(", ")}, or a command or URL.`;
  }
  if (/^https?:/i.test(first)) {
    return rest.length === 0 ? undefined : `Nothing may follow a URL: just add ${name} ${first}`;
  }
  if (first.includes("://")) return `${first} is no command; a URL begins with http:// or https://`;
  // Shells find no program by such a name, and it is what people write for an address.
  if (/^[\w.-]+:\d+(\/|$)/.test(first))
    return `${first} is no command. Of a URL say all: just add ${name} http://${first}`;
  return undefined;
}
