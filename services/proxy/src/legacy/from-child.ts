import {
  type About,
  cancelledId,
  type Message,
  type Notification,
  progressToken,
  type Request,
  type Response,
  renderCancelled,
  renderEmptyResult,
  renderWithProgressToken,
  wholeMessage,
} from "@gateway/protocol";
import type { Call } from "../child/calls.ts";
import type { CallDetail, Conversation } from "./conversation.ts";

/** Takes one message that the child wrote, to the stream it belongs on. @param about as far as its wire says that */
export function takeFromChild(conversation: Conversation, message: Message, about?: About): void {
  const { calls, logger } = conversation;
  if (message.kind === "request") takeRequest(conversation, wholeMessage(message), about);
  else if (message.kind === "notification") takeNotification(conversation, message, about);
  else if (!calls.answer(asAwaited(conversation, message)))
    logger.debug("answer of the MCP server to nothing that was asked");
}

/** Only a client's own response passes long strings on unread. */
function asAwaited({ calls }: Conversation, response: Response): Response {
  const isOfClient = calls.find(response.id)?.detail.exchange !== undefined;
  return isOfClient ? response : wholeMessage(response);
}

function takeRequest(conversation: Conversation, request: Request, about: About): void {
  const { send, callbacks, streams, calls } = conversation;
  if (request.method === "ping") return void send(renderEmptyResult(request.idText));
  const call = callThatAsks(calls, about);
  const text = callbacks.start(request, call?.id);
  if (text === undefined) return;
  if (call !== undefined) calls.pause(call.id); // no time passes for it until the client has answered
  if (typeof about !== "object") {
    if (!streams.send(request, text, calls.size)) {
      callbacks.refuse(request.id, "Too much waits for the client to listen");
    }
  } else if (call === undefined || !relayFor(call, conversation, text)) {
    callbacks.refuse(request.id, "The client has no stream on which it could be asked");
  }
}

/** A server of the legacy wire does not say which call it asks for: where there is one alone, it is that. */
function callThatAsks(calls: Conversation["calls"], about: About): Call<CallDetail> | undefined {
  if (typeof about === "object") return calls.find(about.call);
  return calls.size === 1 ? calls.all()[0] : undefined;
}

/** Sends what is about one call; false when there is no stream for it. */
function relayFor({ detail }: Call<CallDetail>, { streams }: Conversation, text: string): boolean {
  return detail.exchange?.relay(text) === true || (streams.hasOpen() && streams.sendStandalone(text));
}

function takeNotification(conversation: Conversation, notification: Notification, about: About): void {
  const { streams, calls } = conversation;
  const { method, text } = notification;
  if (method === "notifications/progress") takeProgress(conversation, notification);
  else if (method === "notifications/cancelled") takeCancellation(conversation, notification, about);
  else if (about === "nothing") streams.sendUnrelated(notification, text);
  else streams.send(notification, text, calls.size);
}

/** Progress goes with the request it is about, under the client's own token. */
function takeProgress({ calls, streams, taskTokens }: Conversation, notification: Notification): void {
  const ours = progressToken(notification);
  const call = calls.find(ours);
  const token = call === undefined ? taskTokens.get(ours as number) : call.detail.asked.progressToken;
  if (token === undefined) return;
  const text = renderWithProgressToken(notification, token);
  if (call === undefined) {
    streams.send(notification, text, calls.size);
    return;
  }
  calls.renew(call.id);
  if (call.detail.exchange?.relay(text) !== true) streams.sendStandalone(text);
}

/** The child takes back a request of its own; a client that never saw it is not told. */
function takeCancellation(conversation: Conversation, notification: Notification, about: About): void {
  const { callbacks, streams, calls } = conversation;
  const callback = callbacks.cancel(cancelledId(notification) ?? "");
  if (callback === undefined || streams.withdraw(callback.request)) return;
  const text = renderCancelled(notification, callback.idText);
  const call = typeof about === "object" ? calls.find(about.call) : undefined;
  if (call === undefined || !relayFor(call, conversation, text)) streams.send(notification, text, calls.size);
}
