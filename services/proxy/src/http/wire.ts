import type { IncomingMessage } from "node:http";
import { isModernVersion } from "@gateway/protocol";

/** Which wire an error is written for, as far as the headers say: it may come before there is a body (mcp-wire.md §2.3). */
export type Wire = "legacy" | "modern";

export function wireOf(req: IncomingMessage): Wire {
  const version = req.headers["mcp-protocol-version"];
  return isModernVersion(typeof version === "string" ? version : undefined) ? "modern" : "legacy";
}
