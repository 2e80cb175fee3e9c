import { isDeepStrictEqual } from "node:util";
import { applyEdits, modify } from "jsonc-parser";
import { parseJsonText } from "./gateway/json-text.ts";
import { renderPath } from "./gateway/path.ts";
import { ConfigError } from "./problem.ts";

/**
 * Declares a server in the text of an MCP client's own configuration; the rest of it stays as it is, comments too.
 * @param root the key under which that client keeps its servers
 * @param replace whether an entry of this name that says something else gives way
 * @returns the text, unchanged when the entry is there already
 * @throws ConfigError when the text is no JSON object, or the name is taken
 */
export function declareInClientFile(
  text: string,
  {
    file,
    root,
    name,
    entry,
    replace,
  }: {
    readonly file: string;
    readonly root: "mcpServers" | "servers";
    readonly name: string;
    readonly entry: Readonly<Record<string, unknown>>;
    readonly replace: boolean;
  },
): string {
  const given = text.trim() === "" ? "{}\n" : text;
  const { value } = parseJsonText(given, file);
  const servers = isObject(value) ? (value[root] ?? {}) : undefined;
  if (!isObject(servers)) {
    throw new ConfigError(file, [
      { at: isObject(value) ? root : "the file", found: "no object", allowed: "an object" },
    ]);
  }
  const there = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (isDeepStrictEqual(there, entry)) return text;
  if (there !== undefined && !replace) {
    const allowed = "a name that is free; --replace writes over this entry";
    throw new ConfigError(file, [{ at: renderPath([root, name]), found: "another entry of this name", allowed }]);
  }
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  return applyEdits(given, modify(given, [root, name], entry, { formattingOptions }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
