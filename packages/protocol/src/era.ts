import type { Message } from "./json-rpc/message.ts";
import type { Parsed } from "./json-rpc/parse.ts";

/** The first protocol version without sessions. Versions are dates: they compare as strings. */
const firstModernVersion = "2026-07-28";
const versionClaim = "io.modelcontextprotocol/protocolVersion";

/** Which of the two wires an HTTP body speaks; `mixed` is neither (mcp-wire.md §3.1). */
export type Era = "legacy" | "modern" | "mixed";

/** Whether the MCP-Protocol-Version header names the stateless wire. */
export function isModernVersion(version: string | undefined): boolean {
  return version !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= firstModernVersion;
}

/** Decides the era once, from the body; the MCP-Protocol-Version header only where the body does not say. Pure. */
export function classifyEra({ batch, messages }: Parsed, versionHeader: string | undefined): Era {
  if (batch) return messages.some(hasClaim) ? "mixed" : "legacy";
  const [message] = messages;
  if (hasClaim(message)) return "modern";
  if (!isModernVersion(versionHeader)) return "legacy";
  return message.kind === "response" ? "mixed" : "modern"; // the modern wire has no responses from clients
}

function hasClaim(message: Message): boolean {
  if (message.kind === "response") return false;
  const meta = message.params._meta;
  return typeof meta === "object" && meta !== null && versionClaim in meta;
}
