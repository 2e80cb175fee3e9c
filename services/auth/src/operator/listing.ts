import type { Request } from "express";
import { OperatorError } from "./operator-error.ts";

const mostItems = 10_000;
const usualItems = 1_000;

/** At most `limit` of the items, the latest ones, and how many there are. @throws on a limit that is none */
export function listed<T>(items: readonly T[], { query }: Request): { total: number; items: readonly T[] } {
  const limit = query.limit === undefined ? usualItems : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostItems) {
    throw new OperatorError(400, `limit: a whole number from 1 to ${mostItems}`);
  }
  return { total: items.length, items: items.slice(-limit) };
}

/** The value of a query parameter that has to be one of these. @throws when it is not, or absent */
export function oneOf<T extends string>(allowed: readonly T[], name: string, { query }: Request): T {
  const found = allowed.find((value) => value === query[name]);
  if (found === undefined) throw new OperatorError(400, `${name}: one of ${allowed.join(", ")}`);
  return found;
}

/** The part of a path that names something. */
export function idOf({ params }: Request): string {
  return String(params.id ?? "");
}

/** Whether a switch is on: `?dry_run=1`. */
export function isOn(name: string, { query }: Request): boolean {
  return query[name] === "1";
}
