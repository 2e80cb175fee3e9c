import { errorCodes } from "../json-rpc/errors.ts";
import type { Params, Response } from "../json-rpc/message.ts";
import { modernErrorCodes, renderModernError } from "../modern/errors.ts";

/** A page that a legacy server wants its user to open before it serves a request (2025-11-25, URL elicitation required). */
export interface Page {
  readonly url: string;
  readonly message: string;
}

/** Of 2025-11-25. */
export const urlElicitationRequired = -32042;

/** Pages that one error may name, and the characters of all together: a requestState carries them. */
const mostPages = 20;
const mostText = 65_536;

/** The pages that a server's error wants opened; undefined: it is another error, or names none that can be shown. Pure. */
export function pagesOf({ text, result }: Response): readonly Page[] | undefined {
  if (result !== undefined) return undefined;
  const { code, data } = (JSON.parse(text) as { error: Params | null }).error ?? {};
  const { elicitations } = (data ?? {}) as Params;
  if (code !== urlElicitationRequired || !Array.isArray(elicitations)) return undefined;
  const pages = elicitations.map(pageOf);
  if (pages.length === 0 || pages.length > mostPages || !pages.every((page) => page !== undefined)) return undefined;
  return pages.reduce((sum, { url, message }) => sum + url.length + message.length, 0) > mostText ? undefined : pages;
}

function pageOf(elicitation: unknown): Page | undefined {
  const { url, message } = (elicitation ?? {}) as Params;
  return typeof url === "string" && typeof message === "string" ? { url, message } : undefined;
}

/** The answer that asks the client to have the pages opened (mcp-wire.md §4.2). Pure. */
export function renderPagesRequired(idText: string, pages: readonly Page[], requestState: string): string {
  const asked = pages.map(({ url, message }, index) => [
    keyOf(index),
    { method: "elicitation/create", params: { mode: "url", url, message } },
  ]);
  const result = { resultType: "input_required", inputRequests: Object.fromEntries(asked), requestState };
  return `{"jsonrpc":"2.0","id":${idText},"result":${JSON.stringify(result)}}`;
}

/** What a retry says of the pages. `open`: not of all of them. */
export type PagesAnswer = "accepted" | "refused" | "open" | "malformed";

/** Reads a retry. Pure. */
export function judgePages(pages: readonly Page[], { inputResponses }: Params): PagesAnswer {
  const answers = (inputResponses ?? {}) as Params;
  if (typeof answers !== "object" || Array.isArray(answers)) return "malformed";
  const actions = pages.map((_, index) => actionOf(answers[keyOf(index)]));
  if (actions.includes("malformed")) return "malformed";
  if (actions.some((action) => action === "decline" || action === "cancel")) return "refused";
  return actions.every((action) => action === "accept") ? "accepted" : "open";
}

/** What the client gets when its user did not open them: the call of a tool has failed, anything else is an error. Pure. */
export function renderNotOpened(idText: string, method: string): string {
  const text = "The user did not open the page that the MCP server needs to go on";
  if (method !== "tools/call") return renderModernError(idText, { code: errorCodes.internalError, message: text });
  const result = { resultType: "complete", content: [{ type: "text", text }], isError: true };
  return `{"jsonrpc":"2.0","id":${idText},"result":${JSON.stringify(result)}}`;
}

/** The error for a client that cannot have pages opened. Pure. */
export function renderCannotOpen(idText: string, message: string): string {
  const data = { requiredCapabilities: { elicitation: { url: {} } } };
  return renderModernError(idText, { code: modernErrorCodes.missingClientCapability, message, data });
}

function keyOf(index: number): string {
  return `page_${index + 1}`;
}

function actionOf(answer: unknown): unknown {
  if (answer === undefined) return undefined;
  const action = typeof answer === "object" && answer !== null ? (answer as Params).action : undefined;
  return action === "accept" || action === "decline" || action === "cancel" ? action : "malformed";
}
