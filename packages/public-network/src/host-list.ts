/** Whether a host, in lower case, is one of these: a name, `*.name` for all names below it, or `*` for all. */
export function isHostListed(patterns: readonly string[], host: string): boolean {
  return patterns.some(
    (pattern) => pattern === "*" || pattern === host || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1))),
  );
}
