import type { IncomingMessage } from "node:http";
import { type Era, isModernVersion } from "@gateway/protocol";
import { Refusal, type Wire } from "./refusal.ts";

/** The wire of a request, as far as its headers say: an error may come before there is a body (mcp-wire.md §2.3). */
export function wireOf(req: IncomingMessage): Wire {
  const version = req.headers["mcp-protocol-version"];
  return isModernVersion(typeof version === "string" ? version : undefined) ? "modern" : "legacy";
}

/** Says of a refusal that it is of a body of that era: only the modern wire has bodies that are of neither (mcp-wire.md §3.1). */
export function inWireOf(era: Era, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  return new Refusal(error.refusal, { ...error.details, wire: era === "legacy" ? "legacy" : "modern" });
}
