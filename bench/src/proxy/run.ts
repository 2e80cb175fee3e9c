import { benchCalls } from "./calls.ts";
import { startContenders } from "./contenders.ts";
import { benchInitialize } from "./initialize.ts";
import { benchLarge } from "./large.ts";
import { benchMemory } from "./memory.ts";
import { benchProgress } from "./progress.ts";
import type { BenchCase, Report, RunOptions } from "./report.ts";
import { isReached, renderTargets } from "./targets.ts";

/** In the order they run: memory at rest is only to be had first. */
const cases = {
  memory: benchMemory,
  initialize: benchInitialize,
  calls: benchCalls,
  progress: benchProgress,
  large: benchLarge,
} as const satisfies Record<string, BenchCase>;

export type ProxyCase = keyof typeof cases;

export function isProxyCase(name: string): name is ProxyCase {
  return Object.hasOwn(cases, name);
}

export interface ProxyBenchOptions extends RunOptions {
  /** Which cases; none: all. */
  readonly named: readonly ProxyCase[];
  readonly json: boolean;
}

/**
 * Measures the proxy against the other ways to the same MCP server: a table a case, then what was to be reached and
 * whether it was.
 */
export async function benchProxy({ named, json, ...options }: ProxyBenchOptions): Promise<void> {
  const { contenders, close } = await startContenders();
  const targets: Report["targets"][number][] = [];
  try {
    if (!json) console.log(contenders.map(({ name, settings }) => `${name}: ${settings}`).join("\n"));
    for (const [name, run] of Object.entries(cases)) {
      if (named.length > 0 && !named.includes(name as ProxyCase)) continue;
      for (const report of await run(contenders, options)) {
        targets.push(...report.targets);
        print(report, json);
      }
    }
    if (!json) console.log(`\nTargets\n${renderTargets(targets)}`);
  } finally {
    await close();
  }
}

/** JSON: one line a report, with its targets. */
function print({ title, value, text, targets }: Report, json: boolean): void {
  const judged = targets.map((target) => ({ ...target, reached: isReached(target) }));
  console.log(json ? JSON.stringify({ title, value, targets: judged }) : `\n${text}`);
}
