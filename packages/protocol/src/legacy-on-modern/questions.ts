import { readMembersOf } from "../json/members.ts";
import { memberSpans } from "../json/spans.ts";
import { errorCodes, errorOf } from "../json-rpc/errors.ts";
import type { Params, RequestId, Response } from "../json-rpc/message.ts";
import { legacyVersions } from "../legacy/versions.ts";
import { metaKeys } from "../modern/envelope.ts";
import { isAnswerTo } from "../modern/input-responses.ts";
import { modernMethod } from "../modern/methods.ts";
import { resultMembers } from "../modern/results.ts";
import { toLegacyCallback } from "./callbacks.ts";
import { endCall, takeBack, withCall } from "./calls.ts";
import { textContent } from "./contents.ts";
import { paramsOfRetry, renderRequest } from "./requests.ts";
import { andThen, answered, failed, step } from "./steps.ts";
import type { ForwardedCall, OpenQuestion, Step, Told, Translation, WaitsFor } from "./translation.ts";

/** Milliseconds: how long a server that only wants to be asked again is left alone, twice as long each time. */
const firstPause = 250;
const longestPause = 5_000;

/** The server answered a call with questions: its client is asked them (mcp-wire.md §4.3). Pure. */
export function takeQuestions(state: Translation, call: ForwardedCall, response: Response): Step {
  const members = resultMembers(response);
  const requestState = members.get("requestState");
  const asked = [...readMembersOf(members.get("inputRequests"))];
  if (modernMethod(call.method)?.mayAskForInput !== true)
    return giveUp(state, call, "it asks in answer to what may not be asked");
  if (call.params === undefined) return giveUp(state, call, "too much is being asked at this moment");
  if (call.rounds >= state.mostRounds) return giveUp(state, call, "it asked too often");
  const next = { ...call, rounds: call.rounds + 1 };
  if (asked.length > 0) return askClient(state, next, asked, requestState);
  if (requestState === undefined) return giveUp(state, call, "it asks for input and does not say for which");
  const milliseconds = Math.min(firstPause * 2 ** call.rounds, longestPause);
  const waiting = withCall(state, { ...next, waitsFor: { kind: "time", requestState } });
  return step(waiting, { pauses: [{ milliseconds, call: call.id }] });
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

/** The server wanted to be asked again after a while. Pure. */
export function askAgain(state: Translation, id: RequestId): Step {
  const call = state.calls.get(id);
  if (call?.waitsFor.kind !== "time") return step(state);
  return retry(state, call, new Map(), call.waitsFor.requestState);
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
  if (response.result === undefined)
    return giveUp(state, left, `the client answered ${method} with an error: ${errorOf(response).message}`);
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
  return andThen(step(state, { toClient: takeBack(call, "no longer needed") }), (left) => endCall(left, call, told));
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
