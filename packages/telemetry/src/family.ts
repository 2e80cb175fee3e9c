import type { Family } from "./render-families.ts";

/** A metric of one series without labels. Pure. */
export function oneSeries(name: string, type: "counter" | "gauge", help: string, value: number): Family {
  return { name, type, help, series: [{ value }] };
}

/** A counter with a series for each text of one label. Pure. */
export function seriesByLabel(
  name: string,
  help: string,
  label: string,
  counts: Iterable<readonly [string, number]>,
): Family {
  return {
    name,
    type: "counter",
    help,
    series: [...counts].map(([text, value]) => ({ labels: { [label]: text }, value })),
  };
}

/** What the process itself uses, under the names that every Prometheus client library has. @param who it is, for the help texts */
export function processFamilies(who: string): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const startedAt = (performance.timeOrigin / 1_000).toFixed(3);
  return [
    oneSeries("process_resident_memory_bytes", "gauge", `Resident memory of ${who}.`, process.memoryUsage.rss()),
    oneSeries("process_cpu_seconds_total", "counter", `Processor time of ${who}.`, (user + system) / 1e6),
    oneSeries("process_start_time_seconds", "gauge", `When ${who} started, since the epoch.`, Number(startedAt)),
  ];
}
