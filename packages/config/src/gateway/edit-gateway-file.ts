import { findClosest } from "../did-you-mean.ts";
import { ConfigError } from "../problem.ts";
import { type DeclaredEntry, insertServer, takeOut } from "./edit-json-text.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { parseJsonText } from "./json-text.ts";
import { interpretGatewayFile, serversKey } from "./parse-gateway-config.ts";
import { renderPath } from "./path.ts";

/** What declares a server by a command and its arguments, exactly; or by the one URL of a server that speaks HTTP itself. */
export function entryOf([first, ...rest]: readonly [string, ...string[]]): DeclaredEntry {
  return rest.length === 0 && /^https?:\/\//i.test(first) ? { url: first } : { command: first, args: rest };
}

/**
 * Declares a server in the text of a gateway.json; the rest of the text stays as it is, comments too.
 * @throws ConfigError when the name is taken, or the declaration would be refused
 */
export function addServer(text: string, name: string, entry: DeclaredEntry, context: GatewayContext): string {
  const { root, names } = declaredServers(text, context.file);
  const at = renderPath([root, name]);
  if (names.includes(name)) {
    const allowed = `a new name; to replace this server, remove it first: just remove ${name}`;
    throw new ConfigError(context.file, [{ at, found: "a server of this name", allowed }]);
  }
  const added = insertServer(text, root, name, entry);
  checkAdded(added, at, context);
  return added;
}

/** Mistakes elsewhere in the file do not keep a server from being added: `up` names them. */
function checkAdded(text: string, at: string, context: GatewayContext): void {
  const { problems } = interpretGatewayFile(text, context).report;
  const own = problems.filter(
    (problem) => problem.at === at || (/^[.[]/.test(problem.at.slice(at.length)) && problem.at.startsWith(at)),
  );
  if (own.length > 0) throw new ConfigError(context.file, own);
}

/**
 * Takes a server out of the text of a gateway.json; the rest of the text stays as it is.
 * @throws ConfigError when there is none of this name
 */
export function removeServer(text: string, name: string, file: string): string {
  const { root, names } = declaredServers(text, file);
  if (names.includes(name)) return takeOut(text, root, name);
  const closest = findClosest(name, names);
  const list = names.length === 0 ? "none is declared" : names.join(", ");
  const allowed = closest === undefined ? list : `did you mean ${closest}? The servers are ${list}`;
  throw new ConfigError(file, [{ at: renderPath([root, name]), allowed }]);
}

function declaredServers(text: string, file: string): { root: "servers" | "mcpServers"; names: string[] } {
  const { value } = parseJsonText(text, file);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(file, [
      { at: "the file", found: "no object", allowed: 'a JSON object such as {"mcpServers": {}}' },
    ]);
  }
  const root = serversKey(value);
  const servers: unknown = (value as Record<string, unknown>)[root] ?? {};
  if (typeof servers === "object" && servers !== null && !Array.isArray(servers))
    return { root, names: Object.keys(servers) };
  throw new ConfigError(file, [{ at: root, found: "no object", allowed: "an object: a name and a server each" }]);
}
