import { isObject } from "../json/object.ts";
import { deepest, elementSpans, type MemberSpans, memberSpans, nestingDepth, type Span } from "../json/spans.ts";
import { exactNames, hasLookAlike } from "./look-alikes.ts";
import type { Message, Params, RequestId } from "./message.ts";

/** What one HTTP body or one line of a child holds. */
export interface Parsed {
  /** It was an array (2025-03-26 and before; removed in 2025-06-18). */
  readonly batch: boolean;
  readonly messages: readonly [Message, ...Message[]];
}

/** Why a text is no JSON-RPC. */
export type ParseFailure = "not_json" | "not_json_rpc" | "look_alike" | "empty_batch" | "too_deep";

/** The text is no JSON-RPC. `idText` is its id where one could be read. */
export class ParseError extends Error {
  readonly failure: ParseFailure;
  readonly idText: string;

  constructor(failure: ParseFailure, idText = "null") {
    super(failure);
    this.name = "ParseError";
    this.failure = failure;
    this.idText = idText;
  }
}

/** Characters of an id as it stands: it is kept, and sent back, for as long as its request is open. */
const longestId = 1_024;

/**
 * Reads one message or a batch.
 * @throws {ParseError}
 */
export function parseMessages(text: string): Parsed {
  const value = parseJson(text);
  // Each level takes two characters.
  if (text.length > 2 * deepest && nestingDepth(text) > deepest) throw new ParseError("too_deep");
  if (!Array.isArray(value)) return { batch: false, messages: [toMessage(value, text)] };
  const [first, ...rest] = elementSpans(text).map(({ start, end }, index) =>
    toMessage(value[index], text.slice(start, end)),
  );
  if (first === undefined) throw new ParseError("empty_batch");
  return { batch: true, messages: [first, ...rest] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ParseError("not_json");
  }
}

function toMessage(value: unknown, source: string): Message {
  if (!isObject(value)) throw new ParseError("not_json_rpc");
  const { idText, text, idSpan } = locateId(value, source);
  const { jsonrpc, id, method, params, result, error } = value;
  const hasId = isRequestId(id) && idText.length <= longestId;
  const readableId = hasId ? idText : "null";
  checkNames(value, readableId);
  if (jsonrpc !== "2.0") throw new ParseError("not_json_rpc", readableId);
  if (typeof method === "string" && (params === undefined || isObject(params))) {
    if (hasId) return { kind: "request", id, idText, method, params: params ?? {}, text, idSpan };
    if (id === undefined) return { kind: "notification", method, params: params ?? {}, text };
  }
  const isAnswer = method === undefined && (result === undefined) !== (error === undefined);
  if (isAnswer && (hasId || (id === null && error !== undefined))) {
    return { kind: "response", id, result: isObject(result) ? result : undefined, text, idSpan };
  }
  throw new ParseError("not_json_rpc", readableId);
}

const messageNames = exactNames("jsonrpc", "id", "method", "params", "result", "error");
/** Whoever judges a message looks into the parameters of these: who may call it, and with which state. */
const judgedMethods: ReadonlySet<unknown> = new Set(["tools/call", "prompts/get", "resources/read"]);
const judgedNames = exactNames("name", "uri", "arguments", "_meta", "inputResponses", "requestState");

/** @throws {ParseError} when a reader that heeds no case would see another message, or other parameters */
function checkNames(value: Params, idText: string): void {
  const { method, params } = value;
  const isJudged = judgedMethods.has(method) && isObject(params);
  const isMistakable =
    hasLookAlike(Object.keys(value), messageNames) || (isJudged && hasLookAlike(Object.keys(params), judgedNames));
  if (isMistakable) throw new ParseError("look_alike", idText);
}

interface Located {
  readonly idText: string;
  readonly text: string;
  readonly idSpan: Span | undefined;
}

function locateId(value: Params, source: string): Located {
  const members = memberSpans(source);
  // A name that stands twice: another reader might see another id, method or tool than we do.
  if (members.repeated || hasRepeatedParams(value, source, members)) return locateId(value, JSON.stringify(value));
  const span = members.spans.get("id");
  const text = singleLine(source);
  const idText = span === undefined ? "null" : copyOf(source, span);
  return { idText, text, idSpan: text === source ? span : undefined };
}

function hasRepeatedParams({ method, params }: Params, source: string, { spans }: MemberSpans): boolean {
  const span = spans.get("params");
  return (
    span !== undefined && judgedMethods.has(method) && isObject(params) && memberSpans(source, span.start).repeated
  );
}

/** Characters; a shorter slice is a copy in V8 (SlicedString::kMinLength). */
const shortestShared = 13;

// A slice would keep the whole text in memory for as long as the id lives.
function copyOf(source: string, { start, end }: Span): string {
  if (end - start < shortestShared) return source.slice(start, end);
  return Buffer.from(source.slice(start, end)).toString();
}

/** JSON has line ends only between tokens; stdio and SSE cannot carry them. */
function singleLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, " ").trim() : text;
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isInteger(id); // MCP, base protocol: JSON-RPC would allow fractions
}
