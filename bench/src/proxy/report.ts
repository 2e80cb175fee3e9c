import { median } from "../compare.ts";
import type { ProxyContender } from "./contenders.ts";
import type { Target } from "./targets.ts";

/** What one case found out. */
export interface Report {
  readonly title: string;
  /** For programs. */
  readonly value: unknown;
  /** For people. */
  readonly text: string;
  readonly targets: readonly Target[];
}

export interface RunOptions {
  /** Of one slice. */
  readonly seconds: number;
  readonly rounds: number;
}

export type BenchCase = (contenders: readonly ProxyContender[], options: RunOptions) => Promise<readonly Report[]>;

/** One figure a contender; undefined where it has none. */
export type Figures = readonly { readonly contender: ProxyContender; readonly value: number | undefined }[];

/** Measures the contenders in turns, and gives each one's median; undefined where one of its turns gave none. */
export async function interleaved(
  contenders: readonly ProxyContender[],
  rounds: number,
  measure: (contender: ProxyContender) => Promise<number | undefined>,
): Promise<Figures> {
  const taken = contenders.map((contender) => ({ contender, values: [] as (number | undefined)[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { contender, values } of taken) values.push(await measure(contender));
  }
  return taken.map(({ contender, values }) => {
    const known = values.filter((value) => value !== undefined);
    return { contender, value: known.length === values.length ? median(known) : undefined };
  });
}

/** The figure of the first contender that has this role. */
export function figureOf(figures: Figures, role: ProxyContender["role"]): number | undefined {
  return figures.find(({ contender }) => contender.role === role)?.value;
}

export function peerValues(figures: Figures): readonly (number | undefined)[] {
  return figures.filter(({ contender }) => contender.role === "peer").map(({ value }) => value);
}

/** A report of one figure a contender. */
export function reportFigures(title: string, figures: Figures, targets: readonly Target[]): Report {
  const width = Math.max(...figures.map(({ contender }) => contender.name.length));
  const lines = figures.map(({ contender, value }) => `${contender.name.padEnd(width)}  ${value?.toFixed(1) ?? "–"}`);
  const value = Object.fromEntries(figures.map(({ contender, value }) => [contender.name, value]));
  return { title, value, text: [title, ...lines].join("\n"), targets };
}
