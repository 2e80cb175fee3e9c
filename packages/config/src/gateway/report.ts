import { type Problem, renderFound } from "../problem.ts";
import { renderPath } from "./path.ts";

export type Path = readonly (string | number)[];

/** Collects what is wrong or set aside, so that all of it can be said at once. */
export interface Report {
  readonly problems: Problem[];
  readonly warnings: string[];
}

/** Notes a mistake. @param found shown as JSON, so that it cannot write to the terminal; undefined: nothing was there */
export function refuse({ problems }: Report, at: Path, found: unknown, allowed: string): void {
  problems.push({ at: renderPath(at), ...(found === undefined ? {} : { found: renderFound(found) }), allowed });
}

/** Notes a mistake in a value that may be a secret. */
export function refuseUnseen({ problems }: Report, at: Path, allowed: string): void {
  problems.push({ at: renderPath(at), found: "a value that is not shown", allowed });
}

/** Notes something that is accepted but has no effect. */
export function warn({ warnings }: Report, at: Path, what: string): void {
  warnings.push(`${renderPath(at)}: ${what}`);
}
