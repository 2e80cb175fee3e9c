import { elementSpans, memberSpans } from "../json/spans.ts";
import { errorCodes, renderErrorResponse } from "../json-rpc/errors.ts";
import type { Request, Response } from "../json-rpc/message.ts";
import type { IsToolAllowed } from "./rules.ts";

/** What becomes of a client's request under the rules: handed on, or answered with an error. */
export type ToolVerdict = { readonly handOn: Request } | { readonly error: string };

/** Refuses a call of a tool that does not exist for clients, just as one that does not exist at all. Pure. */
export function judgeToolCall(request: Request, isAllowed: IsToolAllowed): ToolVerdict {
  if (request.method !== "tools/call") return { handOn: request };
  const { name } = request.params;
  if (!isAllowed(name)) {
    const message = `Unknown tool: ${typeof name === "string" ? name : "without a name"}`;
    return { error: renderErrorResponse(request.idText, { code: errorCodes.invalidParams, message }) };
  }
  return { handOn: request };
}

/** The answer to `tools/list` without the tools that do not exist for clients; the others are left as they stand. Pure. */
export function filterToolList(response: Response, isAllowed: IsToolAllowed): Response {
  const tools = response.result?.tools;
  if (!Array.isArray(tools) || tools.every((tool) => isAllowed(nameOf(tool)))) return response;
  const result = memberSpans(response.text).spans.get("result");
  const list = result && memberSpans(response.text, result.start);
  if (list === undefined) return response;
  if (list.repeated) return filterToolList({ ...response, ...rewritten(response.text) }, isAllowed);
  const { start, end } = list.spans.get("tools") as { start: number; end: number };
  const array = response.text.slice(start, end);
  const kept = elementSpans(array).filter((_span, index) => isAllowed(nameOf(tools[index])));
  const elements = kept.map((span) => array.slice(span.start, span.end)).join(",");
  const text = `${response.text.slice(0, start)}[${elements}]${response.text.slice(end)}`;
  return { ...response, text, idSpan: undefined };
}

/** Each name once, the last value of it: what JSON.parse read. */
function rewritten(text: string): Pick<Response, "text" | "idSpan"> {
  return { text: JSON.stringify(JSON.parse(text)), idSpan: undefined };
}

function nameOf(tool: unknown): unknown {
  return (tool as { name?: unknown } | null)?.name;
}
