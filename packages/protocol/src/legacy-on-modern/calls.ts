import type { Notification, Request, RequestId } from "../json-rpc/message.ts";
import { renderCancellation } from "../legacy/rewriting.ts";
import { metaKeys } from "../modern/envelope.ts";
import { modernMethod } from "../modern/methods.ts";
import { paramsWithEnvelope, renderRequest } from "./requests.ts";
import { step } from "./steps.ts";
import type { ForwardedCall, Step, Told, Translation } from "./translation.ts";

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

/** A client no longer wants an answer. Pure. */
export function cancel(state: Translation, id: RequestId, { params }: Notification): Step {
  const call = state.calls.get(id);
  if (call === undefined) return step(state);
  const reason = typeof params.reason === "string" ? params.reason : "cancelled";
  const { waitsFor } = call;
  const toServer = waitsFor.kind === "server" ? [renderCancellation(waitsFor.id, reason)] : [];
  return step(withoutCall(state, call), { toServer, toClient: takeBack(call, reason) });
}

/** Ends a call with what its client is told. Pure. */
export function endCall(state: Translation, call: ForwardedCall, told: Told): Step {
  return step(withoutCall(state, call), { toClient: [told] });
}

/** Takes back what the client is being asked for a call. Pure. */
export function takeBack({ id, waitsFor }: ForwardedCall, reason: string): readonly Told[] {
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

/** Keeps what is known of a call. Pure. */
export function withCall(state: Translation, call: ForwardedCall): Translation {
  const before = state.calls.get(call.id)?.params?.length ?? 0;
  const keptText = state.keptText - before + (call.params?.length ?? 0);
  return { ...state, keptText, calls: new Map(state.calls).set(call.id, call) };
}

function withoutCall(state: Translation, { id, params }: ForwardedCall): Translation {
  const calls = new Map(state.calls);
  calls.delete(id);
  return { ...state, calls, keptText: state.keptText - (params?.length ?? 0) };
}
