import { compare, renderRows, type Series } from "../compare.ts";
import { measureLoad, p50 } from "../proxy/calls.ts";
import type { Report, RunOptions } from "../proxy/report.ts";
import { ratio, type Target } from "../proxy/targets.ts";
import type { Stands } from "./stands.ts";

/** In the order of the stands. */
export type Three = readonly [legacy: Series, modern: Series, bridged: Series];

/** A turn is so many times shorter, and there are so many more of them: what the machine does beside meets all alike. */
const shorter = 8;

/** One client, one call after the other: what a pair costs. */
export async function benchPairs(stands: Stands, { seconds, rounds }: RunOptions): Promise<Report> {
  const turns = { seconds: seconds / shorter, rounds: rounds * shorter };
  const series = await measure(stands, { sessions: 1, inFlight: 1 }, turns);
  const [legacy, modern, bridged] = series;
  return report("One client, one call at a time", series, [
    { name: "p50, M×M ÷ L×L", value: ratio(p50(modern), p50(legacy)), goal: "at most", bound: 1.05 },
    { name: "p50, L×L ÷ M×M", value: ratio(p50(legacy), p50(modern)), goal: "at most", bound: 1.05 },
    { name: "p50, M×L ÷ L×L", value: ratio(p50(bridged), p50(legacy)), goal: "at most", bound: 1.25 },
  ]);
}

async function measure(
  { legacy, modern, bridged }: Stands,
  load: Parameters<typeof measureLoad>[1],
  options: RunOptions,
): Promise<Three> {
  const [one, two, three] = await measureLoad([legacy, modern, bridged], load, options);
  if (one === undefined || two === undefined || three === undefined) throw new Error("a stand was not measured");
  return [one, two, three];
}

export function report(title: string, series: Three, targets: readonly Target[]): Report {
  const rows = compare(series);
  const medians = series.map((each) => `${each.name} ${p50(each)?.toFixed(3)}`).join(" | ");
  return { title, value: rows, text: `${renderRows(title, rows)}\np50 ms: ${medians}`, targets };
}
