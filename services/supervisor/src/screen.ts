import { renderChange, renderTable } from "./domain/render-table.ts";
import { reasonOf, type ServerRow } from "./domain/server-state.ts";

/** Where the gateway tells a person what is going on. */
export interface Screen {
  print(lines: readonly string[]): void;
  /** Shows the table; later calls show what has changed: in place on a terminal, a line a change elsewhere. */
  showTable(rows: readonly ServerRow[]): void;
}

type Output = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns" | "rows">;

/** A screen on a terminal or any other output. */
export function openScreen(output: Output): Screen {
  let shown: readonly ServerRow[] | undefined;
  let isLast = false; // whether the table is the last thing on the terminal, so that it can be drawn over
  const write = (lines: readonly string[]) => void output.write(lines.map((line) => `${line}\n`).join(""));
  const redraw = (rows: readonly ServerRow[]) => {
    if (shown !== undefined && changedRows(shown, rows).length === 0) return;
    const lines = renderTable(rows, output.columns || undefined);
    const fits = output.isTTY && lines.length < (output.rows ?? 0);
    if (shown !== undefined && fits && isLast) output.write(`\x1b[${lines.length}A\x1b[J`);
    if (shown === undefined || (fits && isLast)) write(lines);
    else write(changedRows(shown, rows).map(renderChange));
    isLast = fits && (shown === undefined || isLast);
    shown = rows;
  };
  return {
    print: (lines) => {
      isLast = false;
      write(lines);
    },
    showTable: redraw,
  };
}

function changedRows(before: readonly ServerRow[], after: readonly ServerRow[]): ServerRow[] {
  const describe = ({ state }: ServerRow) => `${state.kind} ${reasonOf(state)}`;
  const known = new Map(before.map((row) => [row.name, describe(row)]));
  return after.filter((row) => known.get(row.name) !== describe(row));
}
