import { errorCodes } from "../json-rpc/errors.ts";
import type { Message, Notification, Params, Request, Response } from "../json-rpc/message.ts";
import { cancelledId } from "../legacy/rewriting.ts";
import { readDiscovery } from "../modern/discovery.ts";
import { type LogLevel, logLevels } from "../modern/envelope.ts";
import { subscriptionIdOf } from "../modern/rewriting.ts";
import { listNotifications } from "../modern/subscriptions.ts";
import { takeAnswer } from "./answers.ts";
import { callWaitingFor, cancel, forward } from "./calls.ts";
import {
  beginListening,
  changeSubscription,
  isListening,
  listenAgain,
  takeEnd,
  takeTold,
  withdrawChange,
} from "./listening.ts";
import { toLegacyNotification } from "./notifications.ts";
import { answeredVersion, envelopeOf, legacyInitializeResult } from "./opening.ts";
import { askAgain, takeClientAnswer } from "./questions.ts";
import { renderRequest } from "./requests.ts";
import { answered, failed, step } from "./steps.ts";
import type { Pause, Step, Translation } from "./translation.ts";

const discoverId = "discover";

/** What a message of a legacy client leads to (mcp-wire.md §4.3). Pure. */
export function fromLegacyClient(state: Translation, message: Message): Step {
  if (message.kind === "response") return takeClientAnswer(state, message);
  if (message.kind === "request") return takeRequest(state, message);
  const { method } = message;
  if (method === "notifications/initialized") return beginListening(state);
  if (method !== "notifications/cancelled") return step(state); // nothing else exists in the other wire
  const id = cancelledId(message);
  if (id === undefined) return step(state);
  return state.calls.has(id) ? cancel(state, id, message) : withdrawChange(state, id);
}

/** What a message of a modern child leads to. It has no requests in its wire. Pure. */
export function fromModernChild(state: Translation, message: Message): Step {
  if (message.kind === "notification") return takeNotification(state, message);
  if (message.kind === "request" || message.id === null) return step(state);
  const { id } = message;
  if (state.opening !== undefined && id === discoverId) return takeDiscovery(state, message);
  if (isListening(state.listening, id)) return takeEnd(state, id, message);
  const call = callWaitingFor(state, id);
  return call === undefined ? step(state) : takeAnswer(state, call, message);
}

/** What the end of a pause leads to. Pure. */
export function afterPause(state: Translation, { call }: Pause): Step {
  return call === undefined ? listenAgain(state) : askAgain(state, call);
}

function takeRequest(state: Translation, request: Request): Step {
  const { method } = request;
  switch (method) {
    case "initialize":
      return open(state, request);
    case "ping":
      return step(state, { toClient: [answered(request, "{}")] });
    case "logging/setLevel":
      return setLevel(state, request);
    case "resources/subscribe":
    case "resources/unsubscribe":
      return subscribe(state, request);
    case "server/discover":
    case "subscriptions/listen":
      return refuse(state, request, errorCodes.methodNotFound, "Method not found");
    default:
      if (method.startsWith("tasks/")) return refuse(state, request, errorCodes.methodNotFound, "Method not found");
      return forward(state, request);
  }
}

function open(state: Translation, { id, idText, params }: Request): Step {
  const version = answeredVersion(params.protocolVersion, state.versions);
  const envelope = envelopeOf(params);
  const line = renderRequest(JSON.stringify(discoverId), "server/discover", JSON.stringify({ _meta: envelope }));
  return step({ ...state, opening: { id, idText, version }, version, envelope }, { toServer: [line] });
}

function takeDiscovery(state: Translation, response: Response): Step {
  const { opening, name } = state;
  if (opening === undefined) return step(state);
  const discovery = readDiscovery(response);
  const next = { ...state, opening: undefined };
  if (discovery.kind === "modern") {
    const result = legacyInitializeResult(discovery.result, opening.version, name);
    const capabilities = result.capabilities as Params;
    return step({ ...next, capabilities }, { toClient: [answered(opening, JSON.stringify(result), result)] });
  }
  const message = "The MCP server does not say what it can do";
  return step(next, { toClient: [failed(opening, { code: errorCodes.internalError, message })] });
}

function setLevel(state: Translation, request: Request): Step {
  const { level } = request.params;
  if (state.capabilities.logging === undefined) {
    return refuse(state, request, errorCodes.methodNotFound, "The MCP server has no log messages");
  }
  if (!logLevels.some((each) => each === level)) {
    return refuse(state, request, errorCodes.invalidParams, `level must be one of ${logLevels.join(", ")}`);
  }
  return step({ ...state, logLevel: level as LogLevel }, { toClient: [answered(request, "{}")] });
}

function subscribe(state: Translation, request: Request): Step {
  const { id, idText, method, params } = request;
  const { resources } = state.capabilities as { readonly resources?: { readonly subscribe?: unknown } };
  if (resources?.subscribe !== true) {
    return refuse(state, request, errorCodes.methodNotFound, "The MCP server has no subscriptions to resources");
  }
  const { uri } = params;
  if (typeof uri !== "string") return refuse(state, request, errorCodes.invalidParams, "uri must be a text");
  return changeSubscription(state, { id, idText, isWanted: method === "resources/subscribe", uri });
}

function refuse(state: Translation, request: Request, code: number, message: string): Step {
  return step(state, { toClient: [failed(request, { code, message })] });
}

/** What the modern wire has only under the id of a subscription, or not from servers. */
const ofSubscriptions: ReadonlySet<string> = new Set([
  ...Object.values(listNotifications),
  "notifications/resources/updated",
  "notifications/subscriptions/acknowledged",
  "notifications/cancelled",
]);

function takeNotification(state: Translation, notification: Notification): Step {
  const { method } = notification;
  const subscription = subscriptionIdOf(notification);
  if (subscription !== undefined) return takeTold(state, subscription, notification);
  if (method === "notifications/cancelled") {
    const id = cancelledId(notification);
    return isListening(state.listening, id) ? takeEnd(state, id) : step(state);
  }
  if (ofSubscriptions.has(method)) return step(state);
  return step(state, { toClient: [{ message: toLegacyNotification(notification), about: undefined }] });
}
