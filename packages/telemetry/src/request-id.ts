import { randomUUID } from "node:crypto";

/** Lower-case name of the header that carries a request's id from one service to the next, and back. */
export const requestIdHeader = "x-request-id";

/** Whatever else a client writes there gets into no log and no answer. */
const acceptable = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The id of a request: the one that it came with, where there is exactly one and it is fit for a log; else a new one.
 * @param rawHeaders name, value, name, value, as node:http has them
 */
export function requestIdOf(rawHeaders: readonly string[]): string {
  let given: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== requestIdHeader) continue;
    if (given !== undefined) return randomUUID();
    given = rawHeaders[at + 1];
  }
  return given !== undefined && acceptable.test(given) ? given : randomUUID();
}
