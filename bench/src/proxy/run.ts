import { benchCalls } from "./calls.ts";
import { type ProxyContender, startContenders } from "./contenders.ts";
import { benchInitialize } from "./initialize.ts";
import { benchLarge } from "./large.ts";
import { benchMemory } from "./memory.ts";
import { chosen, printReports } from "./print.ts";
import { benchProgress } from "./progress.ts";
import type { BenchCase, Report, RunOptions } from "./report.ts";

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

/** Measures the proxy against the other ways to the same MCP server. */
export async function benchProxy({ named, json, ...options }: ProxyBenchOptions): Promise<void> {
  const { contenders, close } = await startContenders();
  try {
    if (!json) console.log(contenders.map(({ name, settings }) => `${name}: ${settings}`).join("\n"));
    await printReports(measure(contenders, named, options), json);
  } finally {
    await close();
  }
}

async function* measure(
  contenders: readonly ProxyContender[],
  named: readonly ProxyCase[],
  options: RunOptions,
): AsyncGenerator<Report> {
  for (const run of chosen<ProxyCase, BenchCase>(cases, named)) yield* await run(contenders, options);
}
