import { readMembersOf } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import { type ErrorContent, errorCodes } from "../json-rpc/errors.ts";
import type { Notification, Params, Request, RequestId, Response } from "../json-rpc/message.ts";
import { renderCancellation } from "../legacy/rewriting.ts";
import { legacyVersions } from "../legacy/versions.ts";
import { metaKeys } from "../modern/envelope.ts";
import { isAnswerTo } from "../modern/input-responses.ts";
import { modernMethod } from "../modern/methods.ts";
import { resultMembers } from "../modern/results.ts";
import { toLegacyCallback } from "./callbacks.ts";
import { textContent } from "./contents.ts";
import { paramsOfRetry, paramsWithEnvelope, renderRequest } from "./requests.ts";
import { toLegacyError, toLegacyResult } from "./results.ts";
import { andThen, answered, failed, step } from "./steps.ts";
import type { ForwardedCall, OpenQuestion, Step, Told, Translation, WaitsFor } from "./translation.ts";

/** Rounds of questions and answers of one call (mcp-wire.md §6). */
const mostRounds = 10;
/** Milliseconds: how long a server that only wants to be asked again is left alone, twice as long each time. */
const firstPause = 250;
const longestPause = 5_000;
/** Names of tools that are kept. */
const mostWrapped = 10_000;
/** Characters of parameters that one session keeps for retries: those of the largest call, by default. */
const mostKeptText = 16 * 1024 * 1024;

/** Hands a client's request on (mcp-wire.md §4.3). Pure. */
export function forward(state: Translation, request: Request): Step {
  const { id, idText, method } = request;
  const { envelope, logLevel, keptText } = state;
  const level = logLevel === undefined ? {} : { [metaKeys.logLevel]: logLevel };
  const params = paramsWithEnvelope(request, { ...envelope, ...level });
  const mayAsk = modernMethod(method)?.mayAskForInput === true && keptText + params.length <= mostKeptText;
  const name = typeof request.params.name === "string" ? request.params.name : undefined;
  const waitsFor = { kind: "server", id } as const;
  const call = { id, idText, method, name, params: mayAsk ? params : undefined, rounds: 0, waitsFor };
  return step(withCall(state, call), { toServer: [renderRequest(idText, method, params)] });
}

/** The call that waits for an answer of the server under that id. Pure. */
export function callWaitingFor({ calls }: Translation, id: RequestId): ForwardedCall | undefined {
  const own = calls.get(id);
  const isOwn = own?.waitsFor.kind === "server" && own.waitsFor.id === id;
  if (isOwn || typeof id === "number") return isOwn ? own : undefined;
  return [...calls.values()].find(({ waitsFor }) => waitsFor.kind === "server" && waitsFor.id === id);
}

/** The server's answer to a call: to be told, or a question first. Pure. */
export function takeAnswer(state: Translation, call: ForwardedCall, response: Response): Step {
  const { result } = response;
  if (result === undefined) return end(state, call, toldError(call, response));
  const { resultType = "complete" } = result;
  if (resultType === "input_required") return takeQuestions(state, call, response);
  if (resultType !== "complete") return giveUp(state, call, "it answered with a result of an unknown type");
  const isWrapped = call.method === "tools/call" && call.name !== undefined && state.wrapped.has(call.name);
  const context = { method: call.method, features: legacyVersions[state.version], isWrapped };
  const told = toLegacyResult(response, context);
  const wrapped = told.wrapped.length === 0 ? state.wrapped : withNames(state.wrapped, told.wrapped);
  return end({ ...state, wrapped }, call, answered(call, told.result, result));
}

/** A client's answer to a question; one that came too late, or to nothing, changes nothing. Pure. */
export function takeClientAnswer(state: Translation, response: Response): Step {
  const { id } = response;
  for (const call of state.calls.values()) {
    const { waitsFor } = call;
    if (waitsFor.kind !== "client" || typeof id !== "string") continue;
    const question = waitsFor.open.get(id);
    if (question !== undefined) return answerQuestion(state, call, waitsFor, id, question, response);
  }
  return step(state);
}

/** A client no longer wants an answer. Pure. */
export function cancel(state: Translation, id: RequestId, { params }: Notification): Step {
  const call = state.calls.get(id);
  if (call === undefined) return step(state);
  const reason = typeof params.reason === "string" ? params.reason : "cancelled";
  const { waitsFor } = call;
  const toServer = waitsFor.kind === "server" ? [renderCancellation(waitsFor.id, reason)] : [];
  return step(withoutCall(state, call), { toServer, toClient: takeBack(call, reason) });
}

/** The server wanted to be asked again after a while. Pure. */
export function askAgain(state: Translation, id: RequestId): Step {
  const call = state.calls.get(id);
  if (call?.waitsFor.kind !== "time") return step(state);
  return retry(state, call, new Map(), call.waitsFor.requestState);
}

function takeQuestions(state: Translation, call: ForwardedCall, response: Response): Step {
  const members = resultMembers(response);
  const requestState = members.get("requestState");
  const asked = [...readMembersOf(members.get("inputRequests"))];
  if (modernMethod(call.method)?.mayAskForInput !== true)
    return giveUp(state, call, "it asks in answer to what may not be asked");
  if (call.params === undefined) return giveUp(state, call, "too much is being asked at this moment");
  if (call.rounds >= mostRounds) return giveUp(state, call, "it asked too often");
  const next = { ...call, rounds: call.rounds + 1 };
  if (asked.length > 0) return askClient(state, next, asked, requestState);
  if (requestState === undefined) return giveUp(state, call, "it asks for input and does not say for which");
  const milliseconds = Math.min(firstPause * 2 ** call.rounds, longestPause);
  const waiting = withCall(state, { ...next, waitsFor: { kind: "time", requestState } });
  return step(waiting, { pauses: [{ milliseconds, call: call.id }] });
}

/** All questions of a round are asked at one time; where one cannot be, none is. */
function askClient(
  state: Translation,
  call: ForwardedCall,
  asked: readonly (readonly [key: string, json: string])[],
  requestState: string | undefined,
): Step {
  const open = new Map<string, OpenQuestion>();
  const toClient: Told[] = [];
  const capabilities = (state.envelope[metaKeys.clientCapabilities] ?? {}) as Params;
  let { lastId } = state;
  for (const [key, json] of asked) {
    lastId += 1;
    const elicitationId = `${state.seed}-${lastId}`;
    const question = toLegacyCallback(json, { capabilities, features: legacyVersions[state.version], elicitationId });
    if ("problem" in question) return giveUp(state, call, question.problem);
    const id = `ask-${lastId}`;
    open.set(id, { key, method: question.method });
    toClient.push(toldRequest(id, question, call));
  }
  const waitsFor: WaitsFor = { kind: "client", open, answers: new Map(), requestState };
  return step({ ...withCall(state, { ...call, waitsFor }), lastId }, { toClient });
}

function answerQuestion(
  state: Translation,
  call: ForwardedCall,
  waitsFor: Extract<WaitsFor, { kind: "client" }>,
  id: string,
  { key, method }: OpenQuestion,
  response: Response,
): Step {
  const open = new Map([...waitsFor.open].filter(([asked]) => asked !== id));
  const left = { ...call, waitsFor: { ...waitsFor, open } };
  if (response.result === undefined) return giveUp(state, left, reasonOf(method, response));
  if (!isAnswerTo(method, response.result)) return giveUp(state, left, `the client's answer to ${method} is none`);
  const span = memberSpans(response.text).spans.get("result");
  const text = span === undefined ? "{}" : response.text.slice(span.start, span.end);
  const answers = new Map([...waitsFor.answers, [key, text]]);
  if (open.size > 0) return step(withCall(state, { ...call, waitsFor: { ...waitsFor, open, answers } }));
  return retry(state, call, answers, waitsFor.requestState);
}

function retry(
  state: Translation,
  call: ForwardedCall,
  answers: ReadonlyMap<string, string>,
  requestState: string | undefined,
): Step {
  const lastId = state.lastId + 1;
  const id = `retry-${lastId}`;
  const waiting = withCall({ ...state, lastId }, { ...call, waitsFor: { kind: "server", id } });
  const params = paramsOfRetry(call.params ?? "{}", answers, requestState);
  return step(waiting, { toServer: [renderRequest(JSON.stringify(id), call.method, params)] });
}

/**
 * Ends a call that cannot go on: its server cannot be told why, only its client can (mcp-wire.md §4.3). Questions that
 * are still open are taken back.
 */
function giveUp(state: Translation, call: ForwardedCall, why: string): Step {
  const message = `The MCP server needs input from the client to go on, and cannot have it: ${why}`;
  const told =
    call.method === "tools/call"
      ? answered(call, `{"content":[${textContent(message)}],"isError":true}`)
      : failed(call, { code: errorCodes.internalError, message });
  return andThen(step(state, { toClient: takeBack(call, "no longer needed") }), (left) => end(left, call, told));
}

function end(state: Translation, call: ForwardedCall, told: Told): Step {
  return step(withoutCall(state, call), { toClient: [told] });
}

function toldError(call: ForwardedCall, response: Response): Told {
  const error = toLegacyError(response);
  if (error !== undefined) return failed(call, error);
  const { error: own } = JSON.parse(response.text) as { readonly error: ErrorContent };
  return failed(call, own);
}

function toldRequest(
  id: string,
  { method, params }: { readonly method: string; readonly params: string },
  { id: call }: ForwardedCall,
): Told {
  const idText = JSON.stringify(id);
  const text = renderRequest(idText, method, params);
  return { message: { kind: "request", id, idText, method, params: JSON.parse(params), text }, about: { call } };
}

function takeBack({ id, waitsFor }: ForwardedCall, reason: string): readonly Told[] {
  if (waitsFor.kind !== "client") return [];
  return [...waitsFor.open.keys()].map((asked) => ({
    message: {
      kind: "notification",
      method: "notifications/cancelled",
      params: { requestId: asked, reason },
      text: renderCancellation(asked, reason),
    },
    about: { call: id },
  }));
}

function reasonOf(method: string, { text }: Response): string {
  const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } };
  const said = typeof error?.message === "string" ? error.message : "nothing";
  return `the client answered ${method} with an error: ${said}`;
}

/** Of a server that has ever other tools the newest count. */
function withNames(names: ReadonlySet<string>, more: readonly string[]): ReadonlySet<string> {
  return new Set([...(names.size > mostWrapped ? [] : names), ...more]);
}

function withCall(state: Translation, call: ForwardedCall): Translation {
  const before = state.calls.get(call.id)?.params?.length ?? 0;
  const keptText = state.keptText - before + (call.params?.length ?? 0);
  return { ...state, keptText, calls: new Map(state.calls).set(call.id, call) };
}

function withoutCall(state: Translation, { id, params }: ForwardedCall): Translation {
  const calls = new Map(state.calls);
  calls.delete(id);
  return { ...state, calls, keptText: state.keptText - (params?.length ?? 0) };
}
