/** What a figure shall be (the proxy's speed goals). */
export interface Target {
  /** What is measured, with its unit. */
  readonly name: string;
  /** Undefined: it could not be measured. */
  readonly value: number | undefined;
  readonly goal: "at most" | "at least";
  readonly bound: number;
}

/** Whether the figure is what it shall be; what could not be measured is not. Pure. */
export function isReached({ value, goal, bound }: Target): boolean {
  if (value === undefined || Number.isNaN(value)) return false;
  return goal === "at most" ? value <= bound : value >= bound;
}

/** The targets as a table for people. Pure. */
export function renderTargets(targets: readonly Target[]): string {
  const width = Math.max(...targets.map(({ name }) => name.length));
  return targets
    .map((target) => {
      const { name, value, goal, bound } = target;
      const mark = isReached(target) ? "reached" : "missed";
      return `${mark.padEnd(7)}  ${name.padEnd(width)}  ${value?.toFixed(2) ?? "–"} (${goal} ${bound})`;
    })
    .join("\n");
}

/** Ours ÷ theirs; undefined where one of them has no value. Pure. */
export function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

/** The smallest (of what costs) or largest (of what is served) of those that are known. Pure. */
export function best(which: "smallest" | "largest", values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length === 0) return undefined;
  return which === "smallest" ? Math.min(...known) : Math.max(...known);
}
