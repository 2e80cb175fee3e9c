import type { Request } from "express";
import { findByPartialId } from "../domain/partial-id.ts";
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

/**
 * The item that the path's last part names: an id, or a part of one that no other item has.
 * @param what an item is called; its verb lists them, as `just clients` does
 * @throws when there is none, or several
 */
export function named<T>(
  what: "client" | "token",
  items: readonly T[],
  idOf: (item: T) => string,
  { params }: Request,
): T {
  const part = String(params.id ?? "");
  const found = findByPartialId(items, idOf, part);
  if (found.ok) return found.value;
  throw found.refusal === "unknown"
    ? new OperatorError(404, `No ${what} has the id ${part}. List them: just ${what}s`)
    : new OperatorError(409, `Several ${what}s have ${part} in their ids. Give more of it.`);
}

/** Whether a switch is on: `?dry_run=1`. */
export function isOn(name: string, { query }: Request): boolean {
  return query[name] === "1";
}
