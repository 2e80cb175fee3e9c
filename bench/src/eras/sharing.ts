import type { Series } from "../compare.ts";
import { rate } from "../proxy/calls.ts";
import type { Report, RunOptions } from "../proxy/report.ts";
import { ratio } from "../proxy/targets.ts";
import type { Slice } from "../slice.ts";
import { openClients, putLoad } from "./load.ts";
import { report, type Three } from "./pairs.ts";
import type { Stands } from "./stands.ts";

const clients = 64;

/** Many clients: a legacy one has a process of its own, modern ones of one user share one. */
export async function benchSharing(stands: Stands, { seconds, rounds }: RunOptions): Promise<Report> {
  const measured = [];
  for (const stand of [stands.legacy, stands.modern, stands.bridged]) {
    measured.push({ stand, opened: await openClients(stand, clients), slices: [] as Slice[] });
  }
  for (let round = -1; round < rounds; round += 1) {
    for (const { stand, opened, slices } of measured) {
      const slice = await putLoad(stand, opened, { duration: seconds });
      if (round >= 0) slices.push(slice); // the first warms the compiler and the caches
    }
  }
  for (const { opened } of measured) await opened.end();
  const [legacy, modern, bridged] = measured.map(({ stand: { name }, slices }): Series => ({ name, slices }));
  if (legacy === undefined || modern === undefined || bridged === undefined) throw new Error("a stand is missing");
  const series: Three = [legacy, modern, bridged];
  return report(`${clients} clients`, series, [
    { name: "requests/s, M×M ÷ L×L", value: ratio(rate(modern), rate(legacy)), goal: "at least", bound: 1.5 },
    { name: "requests/s, M×L ÷ L×L", value: ratio(rate(bridged), rate(legacy)), goal: "at least", bound: 1.5 },
  ]);
}
