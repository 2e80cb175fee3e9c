/** What to run in place of a package that documentation names and no registry has, by the argument that names it; undefined: nothing is known of it. */
export function insteadOfAbsentPackage(argument: string): string | undefined {
  if (!/^@modelcontextprotocol\/server-fetch(@|$)/.test(argument)) return undefined;
  return "uvx mcp-server-fetch: this server is a Python package, there is none on npm";
}
