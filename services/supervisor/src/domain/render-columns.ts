/** Rows in columns as wide as their widest cell; the first row is the head. */
export function renderColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A moment (seconds since the epoch) as people read it; UTC. */
export function renderTime(seconds: number | undefined, otherwise = "never"): string {
  return seconds === undefined ? otherwise : new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ");
}

/** `1 client`, `2 clients`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
