import type { ServerResponse } from "node:http";
import { renderErrorResponse } from "@gateway/protocol";
import { type RefusalDetails, type RefusalName, refusals } from "./refusal.ts";

/** The JSON-RPC error of a refusal. Pure. */
export function renderRefusal(name: RefusalName, { idText = "null", data }: RefusalDetails = {}): string {
  const [, code, message] = refusals[name];
  return renderErrorResponse(idText, { code, message, data });
}

/** Writes a JSON body of a known length. */
export function writeJson(
  res: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  const length = String(Buffer.byteLength(body));
  res.writeHead(status, { "content-type": "application/json", "content-length": length, ...headers }).end(body);
}

/** Answers a refusal, unless the answer has begun or the client has gone. */
export function writeRefusal(res: ServerResponse, name: RefusalName, details: RefusalDetails = {}): void {
  if (res.headersSent || res.destroyed) return void res.end();
  const [status] = refusals[name];
  const retry = status === 503 || status === 429 ? { "retry-after": "5" } : {};
  writeJson(res, status, renderRefusal(name, details), { ...retry, ...details.headers });
}
