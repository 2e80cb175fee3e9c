import { oneLine } from "./render-table.ts";

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, in a word or two. */
  readonly about: string;
  readonly state: "ok" | "warning" | "problem";
  readonly found: string;
  /** What to do; of what is not ok. */
  readonly advice?: string;
}

/** As it should be. */
export function ok(about: string, found: string): Finding {
  return { about, state: "ok", found };
}

/** The gateway runs, but somebody will miss something. */
export function warning(about: string, found: string, advice: string): Finding {
  return { about, state: "warning", found, advice };
}

/** Something does not work: `doctor` exits with 1. */
export function problem(about: string, found: string, advice: string): Finding {
  return { about, state: "problem", found, advice };
}

const marks = { ok: "ok      ", warning: "warning ", problem: "PROBLEM " } as const;

/** A finding on one line, with what to do on the next. */
export function renderFinding({ about, state, found, advice }: Finding): string[] {
  const first = `${marks[state]} ${oneLine(about)}: ${oneLine(found)}`;
  return advice === undefined ? [first] : [first, `          → ${oneLine(advice)}`];
}

/** What it all comes to. */
export function renderVerdict(findings: readonly Finding[]): string {
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  const problems = count("problem");
  if (problems > 0) return `${problems} to mend, ${count("warning")} to look at, ${count("ok")} fine.`;
  return `Nothing to mend, ${count("warning")} to look at, ${count("ok")} fine.`;
}
