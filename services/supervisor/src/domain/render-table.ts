import { reasonOf, type ServerRow } from "./server-state.ts";

/** In place of servers, where none are declared. */
export const noServers: readonly string[] = [
  "No servers are declared. Add one: just add --list shows some, just add mcp-time uvx mcp-server-time takes any",
];

/** The table of servers, one line a server, cut at `width` columns. */
export function renderTable(rows: readonly ServerRow[], width = Number.POSITIVE_INFINITY): string[] {
  if (rows.length === 0) return [...noServers];
  const name = Math.max(6, ...rows.map((row) => row.name.length));
  const state = Math.max(5, ...rows.map((row) => row.state.kind.length));
  const line = (cells: readonly [string, string, string]) =>
    `${cells[0].padEnd(name)}  ${cells[1].padEnd(state)}  ${cells[2]}`.slice(0, width);
  return [line(["SERVER", "STATE", "ENDPOINT"]), ...rows.map((row) => line([row.name, row.state.kind, lastCell(row)]))];
}

/** One change of one server, for output that is not a terminal. */
export function renderChange(row: ServerRow): string {
  return `${row.name}: ${row.state.kind}  ${lastCell(row)}`;
}

/** Where to connect, or why one cannot. */
function lastCell({ endpoint, state }: ServerRow): string {
  return oneLine(reasonOf(state)) || endpoint;
}

/** Text of a stranger's making on one line, without what could write elsewhere on a terminal, turn its words round, or not be seen. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
