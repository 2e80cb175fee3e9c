import { readMembersOf, renderMembers } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import { type ErrorContent, errorCodes, renderErrorResponse } from "../json-rpc/errors.ts";
import type { Params, Request, RequestId } from "../json-rpc/message.ts";
import { declares, requiredCapability } from "../modern/capabilities.ts";
import { isAnswerTo } from "../modern/input-responses.ts";
import { setMeta, stripMeta } from "../modern/meta.ts";

/** A call-back of a legacy child that waits for its modern client. */
interface Parked {
  /** The child's own id. */
  readonly id: RequestId;
  readonly idText: string;
  readonly method: string;
  /** What a client must have declared to be asked it. */
  readonly required: Params;
  /** As the client gets it: `{"method":…,"params":…}`. */
  readonly text: string;
}

/**
 * What a call of a modern client waits for in a legacy child: its call-backs, under the keys the client knows them by,
 * and the round of questions and answers it is in. A round is answered once (mcp-wire.md §4.4).
 */
export interface Park {
  readonly generation: number;
  /** Asked, or to be asked, and not yet answered. */
  readonly open: ReadonlyMap<string, Parked>;
  /** Keys that were ever given: each names one call-back. */
  readonly given: number;
}

/** Of a call that was never called back about. */
export const emptyPark: Park = { generation: 0, open: new Map(), given: 0 };

/** Adds a call-back. Pure. */
export function parkCallback(park: Park, request: Request): Park {
  const key = `r${park.generation + 1}_${park.given + 1}`;
  const { id, idText, method } = request;
  const required = requiredCapability(request) ?? {};
  const parked = { id, idText, method, required, text: renderInputRequest(request) };
  return { ...park, open: new Map([...park.open, [key, parked]]), given: park.given + 1 };
}

/** Takes a call-back out that the child no longer waits for. Pure. */
export function withdrawCallback(park: Park, id: RequestId | undefined): Park {
  const open = new Map([...park.open].filter(([, parked]) => parked.id !== id));
  return open.size === park.open.size ? park : { ...park, open };
}

/**
 * Takes out what a client did not declare that it can be asked: whoever comes back to a call may declare less than who made
 * it. Gives what the child is told, too. Pure.
 */
export function withdrawUndeclared(
  park: Park,
  capabilities: Params,
): { readonly park: Park; readonly lines: readonly string[] } {
  const undeclared = [...park.open].filter(([, { required }]) => !declares(capabilities, required));
  if (undeclared.length === 0) return { park, lines: [] };
  const out = new Set(undeclared.map(([key]) => key));
  const open = new Map([...park.open].filter(([key]) => !out.has(key)));
  return { park: { ...park, open }, lines: undeclared.map(([, { idText }]) => renderCannotBeAsked(idText)) };
}

/** What a child is told that asks what its client did not declare (mcp-wire.md §4.2). Pure. */
export function renderCannotBeAsked(idText: string): string {
  return renderErrorResponse(idText, { code: errorCodes.methodNotFound, message: "The client cannot be asked that" });
}

/** Begins the next round: the client is asked all that is open. Pure. */
export function nextRound(park: Park): Park {
  return { ...park, generation: park.generation + 1 };
}

/** The answer that asks the client. Pure. @param requestState the token that its retry brings back */
export function renderInputRequired(idText: string, park: Park, requestState: string): string {
  const inputRequests = renderMembers(new Map([...park.open].map(([key, { text }]) => [key, text])));
  const result = `{"resultType":"input_required","inputRequests":${inputRequests},"requestState":${JSON.stringify(requestState)}}`;
  return `{"jsonrpc":"2.0","id":${idText},"result":${result}}`;
}

/** What a retry leads to: lines for the child and what is left open, or the error that the client gets. */
export type Answered =
  | {
      readonly lines: readonly string[];
      readonly park: Park;
      /** The client's roots as it gave them, where it was asked for them. */
      readonly roots: string | undefined;
    }
  | { readonly error: ErrorContent };

/** The one text for every requestState that cannot be used: it tells an attacker nothing. */
export const badRequestState: ErrorContent = {
  code: errorCodes.invalidParams,
  message: "Invalid or expired requestState",
};

/**
 * Takes the answers of a retry. Keys that are not open are ignored; nothing is taken when one answer is of the wrong
 * kind. Pure.
 * @param text the retry as it stood: answers are handed on without being written anew
 */
export function takeAnswers(park: Park, generation: number | undefined, { text, params }: Request): Answered {
  if (generation !== park.generation) return { error: badRequestState };
  const values = (params.inputResponses ?? {}) as Params;
  if (typeof values !== "object" || Array.isArray(values)) return { error: malformed("inputResponses") };
  const present = [...park.open].filter(([key]) => Object.hasOwn(values, key));
  const wrong = present.find(([key, { method }]) => !isAnswerTo(method, values[key]));
  if (wrong !== undefined) return { error: malformed(`inputResponses.${wrong[0]}`) };
  const texts = inputResponses(text);
  const lines = present.map(([key, { idText }]) => `{"jsonrpc":"2.0","id":${idText},"result":${texts.get(key)}}`);
  const answered = new Set(present.map(([key]) => key));
  const open = new Map([...park.open].filter(([key]) => !answered.has(key)));
  const [ofRoots] = present.find(([, { method }]) => method === "roots/list") ?? [];
  return { lines, park: { ...park, open }, roots: ofRoots === undefined ? undefined : texts.get(ofRoots) };
}

/** What the child is told when its client will not answer. Pure. */
export function renderGivenUp({ open }: Park): readonly string[] {
  return [...open.values()].map(({ idText, method }) =>
    method === "elicitation/create"
      ? `{"jsonrpc":"2.0","id":${idText},"result":{"action":"cancel"}}`
      : renderErrorResponse(idText, { code: errorCodes.internalError, message: "The client did not answer" }),
  );
}

/** What only the legacy wire has is taken out: ids of its own, tasks, progress. */
function renderInputRequest({ text, method }: Request): string {
  const span = memberSpans(text).spans.get("params");
  const params = readMembersOf(span && text.slice(span.start, span.end));
  for (const name of ["elicitationId", "task"]) params.delete(name);
  stripMeta(params); // the task that it is about
  const meta = readMembersOf(params.get("_meta"));
  if (meta.delete("progressToken")) setMeta(params, meta);
  return `{"method":${JSON.stringify(method)},"params":${renderMembers(params)}}`;
}

function inputResponses(text: string): ReadonlyMap<string, string> {
  const span = memberSpans(text).spans.get("params");
  return readMembersOf(readMembersOf(span && text.slice(span.start, span.end)).get("inputResponses"));
}

function malformed(what: string): ErrorContent {
  return { code: errorCodes.invalidParams, message: `${what} is not an answer to what was asked` };
}
