import { chosen, printReports } from "../proxy/print.ts";
import type { Report, RunOptions } from "../proxy/report.ts";
import { benchMemory } from "./memory.ts";
import { benchPairs } from "./pairs.ts";
import { benchSharing } from "./sharing.ts";
import { type Stands, startStands } from "./stands.ts";

const cases = {
  pairs: benchPairs,
  sharing: benchSharing,
  memory: benchMemory,
} as const satisfies Record<string, (stands: Stands, options: RunOptions) => Promise<Report>>;

export type EraCase = keyof typeof cases;

export function isEraCase(name: string): name is EraCase {
  return Object.hasOwn(cases, name);
}

export interface EraBenchOptions extends RunOptions {
  /** Which cases; none: all. */
  readonly named: readonly EraCase[];
  readonly json: boolean;
}

/** Measures what a call costs between the wires. */
export async function benchEras({ named, json, ...options }: EraBenchOptions): Promise<void> {
  await using stands = await startStands();
  await printReports(measure(stands, named, options), json);
}

async function* measure(stands: Stands, named: readonly EraCase[], options: RunOptions): AsyncGenerator<Report> {
  for (const run of chosen<EraCase, (typeof cases)[EraCase]>(cases, named)) yield run(stands, options);
}
