import { applyEdits, findNodeAtLocation, modify, type Node, parseTree } from "jsonc-parser";

/** Puts an entry last into the object under `root`; what stands there already is not laid out anew. */
export function insertServer(text: string, root: string, name: string, entry: DeclaredEntry): string {
  const tree = parseTree(text);
  const last = tree && findNodeAtLocation(tree, [root])?.children?.at(-1);
  if (last === undefined) return setServers(text, root, name, entry);
  const end = endOf(last);
  const indent = /\n([ \t]*)$/.exec(text.slice(0, last.offset))?.[1];
  const addition =
    indent === undefined ? ` ${renderEntry(name, entry, "")}` : `\n${indent}${renderEntry(name, entry, indent)}`;
  return `${text.slice(0, end)},${addition}${text.slice(end)}`;
}

/** Takes out one entry of the object under `root`; the others keep their layout. */
export function takeOut(text: string, root: string, name: string): string {
  const servers = findNodeAtLocation(parseTree(text) as Node, [root]) as Node;
  const entries = servers.children ?? [];
  const index = entries.findIndex(({ children: [key] = [] }) => key?.value === name);
  const [before, entry, after] = [entries[index - 1], entries[index] as Node, entries[index + 1]];
  if (after !== undefined) return cut(text, entry.offset, after.offset);
  if (before !== undefined) return cut(text, endOf(before), endOf(entry));
  return `${text.slice(0, servers.offset)}{}${text.slice(endOf(servers))}`;
}

function cut(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(to);
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** A server as gateway.json is given it. */
export interface DeclaredEntry {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly gateway?: { readonly aliases?: readonly string[]; readonly userEnv?: boolean };
}

function setServers(text: string, root: string, name: string, entry: DeclaredEntry): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  return applyEdits(text, modify(text, [root], { [name]: entry }, { formattingOptions }));
}

/** One key a line, a list on one line: as the file that comes with the gateway is laid out. */
function renderEntry(name: string, entry: DeclaredEntry, indent: string): string {
  const lines = Object.entries(entry).map(([key, value]) => `${indent}  ${JSON.stringify(key)}: ${renderValue(value)}`);
  return `${JSON.stringify(name)}: {\n${lines.join(",\n")}\n${indent}}`;
}

type Value = string | boolean | readonly string[] | { readonly [key: string]: Value };

function renderValue(value: Value): string {
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${renderValue(member)}`);
  return `{ ${members.join(", ")} }`;
}

// Array.isArray does not tell a readonly list from the rest.
function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}
