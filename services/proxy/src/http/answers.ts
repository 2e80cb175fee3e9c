import type { ServerResponse } from "node:http";
import { errorCodes, renderErrorResponse, renderModernError, type Text } from "@gateway/protocol";
import { gatherWrites } from "../gathered-writes.ts";
import { type RefusalDetails, type RefusalName, refusals, type Wire } from "./refusal.ts";
import { bearRequestId } from "./request-id.ts";

/** The JSON-RPC error of a refusal. Pure. */
export function renderRefusal(
  name: RefusalName,
  { idText = "null", data }: RefusalDetails = {},
  wire: Wire = "legacy",
): string {
  const [, code, message] = refusals[name];
  if (wire === "legacy") return renderErrorResponse(idText, { code, message, data });
  const modernCode = legacyOnly.has(code) ? errorCodes.invalidRequest : code;
  return renderModernError(idText === "null" ? undefined : idText, { code: modernCode, message, data });
}

/** The modern wire leaves these codes to whoever had a meaning for them before (schema, error codes). */
const legacyOnly: ReadonlySet<number> = new Set([errorCodes.badRequest, errorCodes.sessionNotFound]);

/** What a client is told that may try again. */
const retryLater: Readonly<Record<string, string>> = { "retry-after": "5" };

/** Writes a JSON body of a known length; an error with its request's id, and with when to try again where its status says that one may. */
export function writeJson(
  res: ServerResponse,
  status: number,
  body: Text,
  headers: Readonly<Record<string, string>> = {},
): void {
  const length = String(lengthOf(body));
  const retry = status === 503 || status === 429 ? retryLater : undefined;
  if (status >= 400) bearRequestId(res);
  if (res.socket !== null) gatherWrites(res.socket);
  res.writeHead(status, { "content-type": "application/json", "content-length": length, ...retry, ...headers });
  if (typeof body === "string") return void res.end(body);
  res.cork(); // all pieces in one write
  for (const piece of body) res.write(piece);
  res.end();
}

function lengthOf(body: Text): number {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
}

/** Answers that all of a body was taken, and nothing more comes of it. */
export function writeAccepted(res: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  res.writeHead(202, { "content-length": "0", ...headers }).end();
}

/** Answers a refusal, unless the answer has begun or the client has gone. */
export function writeRefusal(
  res: ServerResponse,
  name: RefusalName,
  details: RefusalDetails = {},
  wire: Wire = "legacy",
): void {
  if (res.headersSent || res.destroyed) return void res.end();
  const [status] = refusals[name];
  writeJson(res, status, renderRefusal(name, details, wire), details.headers);
}
