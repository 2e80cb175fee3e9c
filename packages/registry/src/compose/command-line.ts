/**
 * A program and its arguments as the one line that SERVER_COMMAND is: what is more than plain characters stands between single
 * quotes, and a single quote itself behind a backslash.
 */
export function joinCommandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
