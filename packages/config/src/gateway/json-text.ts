import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { ConfigError, type Problem, renderFound } from "../problem.ts";
import { renderPath } from "./path.ts";

/** How editors write such files: comments and a comma after the last item are fine. */
const dialect = { allowTrailingComma: true, disallowComments: false } as const;

/**
 * Reads JSON text as plain data, and finds what JSON.parse keeps silent about: one key written twice.
 * @throws ConfigError with line and column when it is no JSON
 */
export function parseJsonText(text: string, file: string): { value: unknown; problems: readonly Problem[] } {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, dialect);
  const [error] = errors;
  if (tree === undefined || error !== undefined) throw new ConfigError(file, [syntaxProblem(text, error)]);
  const problems: Problem[] = [];
  return { value: dataOf(tree, [], problems), problems };
}

function syntaxProblem(text: string, error: ParseError | undefined): Problem {
  if (error === undefined) return { at: "line 1, column 1", allowed: "a JSON object" };
  const before = text.slice(0, error.offset).split("\n");
  const at = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const rest = text.slice(error.offset).split("\n")[0] ?? "";
  const found = error.offset >= text.length ? "the end of the file" : renderFound(rest.slice(0, 30));
  return { at, found, allowed: `JSON (${printParseErrorCode(error.error)})` };
}

function dataOf(node: Node, path: readonly (string | number)[], problems: Problem[]): unknown {
  const children = node.children ?? [];
  if (node.type === "array") return children.map((child, index) => dataOf(child, [...path, index], problems));
  if (node.type !== "object") return node.value;
  const value: Record<string, unknown> = {};
  for (const { children: [key, content] = [] } of children) {
    if (key === undefined || content === undefined) continue;
    const name = String(key.value);
    const at = [...path, name];
    if (Object.hasOwn(value, name)) problems.push({ at: renderPath(at), found: "it twice", allowed: "each key once" });
    // Setting it would change the object's prototype, and what was written would be gone without a word.
    if (name === "__proto__") problems.push({ at: renderPath(at), found: "this key", allowed: "any other name" });
    else value[name] = dataOf(content, at, problems);
  }
  return value;
}
