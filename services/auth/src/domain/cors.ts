import { isLoopbackName } from "@gateway/config/auth";

const allowedHeaders = [
  "Authorization",
  "Content-Type",
  "Accept",
  "MCP-Protocol-Version",
  "Mcp-Session-Id",
  "Mcp-Method",
  "Mcp-Name",
  "Last-Event-ID",
  "traceparent",
  "tracestate",
  "baggage",
];
const parameterHeader = /^mcp-param-[!#$%&'*+.^_`|~\w-]{1,100}$/i;
const mostParameterHeaders = 32;

/**
 * May a page of this origin call an MCP endpoint? (decision 30)
 * @param allowed origins; `loopback` stands for any loopback origin of any port, `*` for every origin
 */
export function isOriginAllowed(allowed: readonly string[], origin: string): boolean {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false; // `null` too: it is anyone's
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  return allowed.includes("loopback") && isLoopbackName(new URL(origin).hostname);
}

/**
 * `Access-Control-Allow-Headers` for a preflight: the fixed list, and each `mcp-param-*` that was asked for, since no
 * list can name them and `*` does not cover Authorization (mcp-wire 3.2).
 */
export function allowedRequestHeaders(requested: string): string {
  const asked = requested.split(",").map((name) => name.trim().toLowerCase());
  const parameters = asked.filter((name) => parameterHeader.test(name)).slice(0, mostParameterHeaders);
  return [...allowedHeaders, ...new Set(parameters)].join(", ");
}
