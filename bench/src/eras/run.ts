import type { Report, RunOptions } from "../proxy/report.ts";
import { isReached, renderTargets } from "../proxy/targets.ts";
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

/** Measures what a call costs between the wires: a table a case, then what was to be reached and whether it was. */
export async function benchEras({ named, json, ...options }: EraBenchOptions): Promise<void> {
  await using stands = await startStands();
  const reports: Report[] = [];
  for (const [name, run] of Object.entries(cases)) {
    if (named.length === 0 || named.includes(name as EraCase)) reports.push(await run(stands, options));
  }
  for (const { title, value, text, targets } of reports) {
    const judged = targets.map((target) => ({ ...target, reached: isReached(target) }));
    console.log(json ? JSON.stringify({ title, value, targets: judged }) : `${text}\n`);
  }
  if (!json) console.log(`Targets\n${renderTargets(reports.flatMap(({ targets }) => targets))}`);
}
