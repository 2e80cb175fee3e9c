import {
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
import type { Conversation } from "./conversation.ts";

/** Takes one message that the child wrote, to the stream it belongs on. */
export function takeFromChild(conversation: Conversation, message: Message): void {
  const { calls, logger } = conversation;
  if (message.kind === "request") takeRequest(conversation, wholeMessage(message));
  else if (message.kind === "notification") takeNotification(conversation, message);
  else if (!calls.answer(asAwaited(conversation, message)))
    logger.debug("answer of the MCP server to nothing that was asked");
}

/** Only a client's own response passes long strings on unread. */
function asAwaited({ calls }: Conversation, response: Response): Response {
  const isOfClient = calls.find(response.id)?.detail.exchange !== undefined;
  return isOfClient ? response : wholeMessage(response);
}

function takeRequest({ send, callbacks, streams, calls }: Conversation, request: Request): void {
  if (request.method === "ping") return void send(renderEmptyResult(request.idText));
  const text = callbacks.start(request);
  if (text !== undefined && !streams.send(request, text, calls.size)) callbacks.refuse(request.id);
}

function takeNotification(conversation: Conversation, notification: Notification): void {
  const { streams, calls } = conversation;
  if (notification.method === "notifications/progress") takeProgress(conversation, notification);
  else if (notification.method === "notifications/cancelled") takeCancellation(conversation, notification);
  else streams.send(notification, notification.text, calls.size);
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
function takeCancellation({ callbacks, streams, calls }: Conversation, notification: Notification): void {
  const callback = callbacks.cancel(cancelledId(notification) ?? "");
  if (callback === undefined || streams.withdraw(callback.request)) return;
  streams.send(notification, renderCancelled(notification, callback.idText), calls.size);
}
