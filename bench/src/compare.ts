import type { Slice } from "./slice.ts";

/** One contender's slices, one a round. */
export interface Series {
  readonly name: string;
  readonly slices: readonly Slice[];
}

/** A contender's medians, and what ours is of them (1 = the same). */
export interface Row {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly p99: number;
  readonly cpuPerRequest: number | undefined;
  /** Ours ÷ theirs; above 1 ours serves more. */
  readonly rateRatio: number;
  /** Ours ÷ theirs; below 1 ours needs less. */
  readonly cpuRatio: number | undefined;
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) throw new RangeError("no values");
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/**
 * Medians of each series, and the ratios of the first (ours) to each: the median of those that each round gave by itself,
 * since a machine may be a fifth slower in one minute than in another, and all contenders with it.
 */
export function compare(series: readonly Series[]): readonly Row[] {
  const [ours] = series;
  if (ours === undefined) return [];
  return series.map(({ name, slices }) => ({
    name,
    requestsPerSecond: median(slices.map((slice) => slice.requestsPerSecond)),
    p99: median(slices.map((slice) => slice.p99)),
    cpuPerRequest: medianOfKnown(slices.map((slice) => slice.cpuPerRequest)),
    rateRatio: median(
      slices.map(
        (theirs, round) => ratio(ours.slices[round]?.requestsPerSecond, theirs.requestsPerSecond) ?? Number.NaN,
      ),
    ),
    cpuRatio: medianOfKnown(
      slices.map((theirs, round) => ratio(ours.slices[round]?.cpuPerRequest, theirs.cpuPerRequest)),
    ),
  }));
}

function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

function medianOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? median(known) : undefined;
}

/** The rows as a table for people. */
export function renderRows(title: string, rows: readonly Row[]): string {
  const head = ["", "requests/s", "p99 ms", "CPU µs/request", "ours ÷ rate", "ours ÷ CPU"];
  const cells = rows.map((row) => [
    row.name,
    row.requestsPerSecond.toFixed(0),
    row.p99.toFixed(1),
    row.cpuPerRequest?.toFixed(1) ?? "?",
    row.rateRatio.toFixed(2),
    row.cpuRatio?.toFixed(2) ?? "?",
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((line) => (line[column] ?? "").length)));
  const line = (values: readonly string[]) =>
    values
      .map((value, column) => (column === 0 ? value.padEnd(widths[0] ?? 0) : value.padStart(widths[column] ?? 0)))
      .join("  ");
  return [title, line(head), ...cells.map(line)].join("\n");
}
