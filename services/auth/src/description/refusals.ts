import { type OAuthErrorCode, statusOf } from "../errors.ts";
import type { Operation } from "./operation.ts";

/** What an operation refuses with: the codes of each status, in order. */
export function refusalsOf({ errors }: Pick<Operation, "errors">): ReadonlyMap<number, readonly OAuthErrorCode[]> {
  const all = errors.map((error) => (typeof error === "string" ? { code: error, status: statusOf(error) } : error));
  const statuses = [...new Set(all.map(({ status }) => status))].sort((one, other) => one - other);
  return new Map(
    statuses.map((status) => [status, all.filter((error) => error.status === status).map(({ code }) => code)]),
  );
}
