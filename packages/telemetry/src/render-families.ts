import type { Histogram } from "./histogram.ts";

type Labels = Readonly<Record<string, string>>;

/** One metric of the Prometheus text format: its series, each with its own labels. */
export type Family = { readonly name: string; readonly help: string } & (
  | {
      readonly type: "counter" | "gauge";
      readonly series: readonly { readonly labels?: Labels; readonly value: number }[];
    }
  | {
      readonly type: "histogram";
      readonly series: readonly { readonly labels?: Labels; readonly value: Histogram }[];
    }
);

/** The media type of what `renderFamilies` gives. */
export const textFormat = "text/plain; version=0.0.4; charset=utf-8";

/** Writes metrics in the Prometheus text format, version 0.0.4. Pure. */
export function renderFamilies(families: readonly Family[]): string {
  return families.map(renderFamily).join("");
}

function renderFamily(family: Family): string {
  const head = `# HELP ${family.name} ${escapeText(family.help)}\n# TYPE ${family.name} ${family.type}\n`;
  const lines =
    family.type === "histogram"
      ? family.series.flatMap(({ labels = {}, value }) => histogramLines(family.name, labels, value))
      : family.series.map(({ labels = {}, value }) => line(family.name, labels, value));
  return head + lines.join("");
}

function histogramLines(name: string, labels: Labels, { bounds, counts, sum }: Histogram): string[] {
  let total = 0;
  const buckets = counts.map((count, bucket) => {
    total += count;
    return line(`${name}_bucket`, { ...labels, le: renderNumber(bounds[bucket] ?? Number.POSITIVE_INFINITY) }, total);
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeText(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${renderNumber(value)}\n`;
}

function renderNumber(value: number): string {
  return value === Number.POSITIVE_INFINITY ? "+Inf" : String(value);
}

function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
