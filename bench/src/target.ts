/** What a figure was promised to be. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** A measured figure beside its promise. */
export interface Figure {
  readonly what: string;
  /** Undefined where it could not be read. */
  readonly value: number | undefined;
  readonly unit?: "ms" | "MB" | "%";
  readonly bound: Bound;
}

/** Whether the promise was kept; undefined where there is no value to tell by. */
export function isReached({ value, bound }: Pick<Figure, "value" | "bound">): boolean | undefined {
  if (value === undefined || Number.isNaN(value)) return undefined;
  return "atMost" in bound ? value <= bound.atMost : value >= bound.atLeast;
}

/** One line a figure, for people. */
export function renderFigures(figures: readonly Figure[]): string {
  return figures.map(renderFigure).join("\n");
}

function renderFigure({ what, value, unit, bound }: Figure): string {
  const reached = isReached({ value, bound });
  const verdict = reached === undefined ? "unknown" : reached ? "reached" : "MISSED";
  const suffix = unit === undefined ? "" : ` ${unit}`;
  const limit = "atMost" in bound ? `at most ${bound.atMost}` : `at least ${bound.atLeast}`;
  return `  ${verdict.padEnd(8)}${what}: ${value?.toPrecision(3) ?? "?"}${suffix} (target: ${limit}${suffix})`;
}

/** The figures for programs, each with whether it was reached. */
export function figuresAsJson(figures: readonly Figure[]): readonly (Figure & { readonly reached?: boolean })[] {
  return figures.map((figure) => {
    const reached = isReached(figure);
    return reached === undefined ? figure : { ...figure, reached };
  });
}
