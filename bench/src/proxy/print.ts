import type { Report } from "./report.ts";
import { isReached, renderTargets, type Target } from "./targets.ts";

/** Prints each report as it comes, then what was to be reached and whether it was. @param json a line a report, with its targets */
export async function printReports(reports: AsyncIterable<Report>, json: boolean): Promise<void> {
  const all: Target[] = [];
  for await (const { title, value, text, targets } of reports) {
    all.push(...targets);
    const judged = targets.map((target) => ({ ...target, reached: isReached(target) }));
    console.log(json ? JSON.stringify({ title, value, targets: judged }) : `\n${text}`);
  }
  if (!json) console.log(`\nTargets\n${renderTargets(all)}`);
}

/** The cases that are named; none: all. In the order in which they stand. */
export function chosen<Name extends string, Case>(
  cases: Readonly<Record<Name, Case>>,
  named: readonly Name[],
): readonly Case[] {
  const names = Object.keys(cases) as Name[];
  return names.filter((name) => named.length === 0 || named.includes(name)).map((name) => cases[name]);
}
