import type { Message } from "./json-rpc/message.ts";
import type { Parsed } from "./json-rpc/parse.ts";
import { claimsVersion, hasModernEnvelope } from "./modern/envelope.ts";
import { isModernVersion } from "./modern/versions.ts";

/** Which of the two wires an HTTP body speaks; `mixed` is neither (mcp-wire.md §3.1). */
export type Era = "legacy" | "modern" | "mixed";

/** Decides the era once, from the body; the MCP-Protocol-Version header only where the body does not say. Pure. */
export function classifyEra({ batch, messages }: Parsed, versionHeader: string | undefined): Era {
  if (batch) return messages.some(hasClaim) ? "mixed" : "legacy";
  const [message] = messages;
  if (hasClaim(message) && !isHandshake(message)) return "modern";
  if (!isModernVersion(versionHeader)) return "legacy";
  return message.kind === "response" ? "mixed" : "modern"; // the modern wire has no responses from clients
}

function hasClaim(message: Message): boolean {
  return message.kind !== "response" && claimsVersion(message.params);
}

/** `initialize` is of the legacy wire, unless it comes in an envelope of the other one that is whole. */
function isHandshake(message: Message): boolean {
  return message.kind === "request" && message.method === "initialize" && !hasModernEnvelope(message.params);
}
