import { describe, expect, test } from "@jest/globals";
import { Histogram, renderFamilies } from "../src/index.ts";

describe("the Prometheus text format", () => {
  test("of a counter with a label: its text is escaped", () => {
    const series = [{ labels: { reason: 'a "quoted" \\ one\nmore' }, value: 2 }];
    expect(renderFamilies([{ name: "ended_total", type: "counter", help: "Ended.\nAll.", series }])).toBe(
      [
        "# HELP ended_total Ended.\\nAll.",
        "# TYPE ended_total counter",
        'ended_total{reason="a \\"quoted\\" \\\\ one\\nmore"} 2',
        "",
      ].join("\n"),
    );
  });

  test("of a histogram: buckets hold all below their bound, the last one everything", () => {
    const value = new Histogram([0.1, 1]);
    for (const seconds of [0.05, 0.1, 0.5, 7]) value.observe(seconds);
    expect(renderFamilies([{ name: "took", type: "histogram", help: "Took.", series: [{ value }] }])).toBe(
      [
        "# HELP took Took.",
        "# TYPE took histogram",
        'took_bucket{le="0.1"} 2',
        'took_bucket{le="1"} 3',
        'took_bucket{le="+Inf"} 4',
        "took_sum 7.65",
        "took_count 4",
        "",
      ].join("\n"),
    );
  });
});
