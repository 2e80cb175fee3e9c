import {
  cancelledId,
  filterToolList,
  judgeToolCall,
  type Message,
  type Notification,
  type Request,
  type Response,
  renderCancellation,
  renderCancelled,
  renderEmptyResult,
  renderForChild,
  renderWithId,
  restore,
  wholeMessage,
} from "@gateway/protocol";
import type { Outcome } from "../child/calls.ts";
import { failureOf } from "../child/failures.ts";
import { renderRefusal } from "../http/answers.ts";
import { Refusal, type RefusalName, refusals } from "../http/refusal.ts";
import { type Asked, askedBy } from "./asked.ts";
import type { Conversation } from "./conversation.ts";
import type { Exchange } from "./exchange.ts";

const mostTaskTokens = 1_000;

/**
 * Takes one message of the client. Answers to requests go to `exchange`.
 * @throws {Refusal} when a notification or a response cannot be handed on
 */
export function takeFromClient(conversation: Conversation, message: Message, exchange: Exchange | undefined): void {
  if (message.kind === "response") takeResponse(conversation, wholeMessage(message));
  else if (message.kind === "notification") takeNotification(conversation, message);
  else if (exchange !== undefined) takeRequest(conversation, message, exchange);
}

function takeRequest(conversation: Conversation, request: Request, exchange: Exchange): void {
  const { idText } = request;
  if (request.method === "ping") exchange.answer(renderEmptyResult(idText));
  else if (conversation.calls.size >= conversation.mostCalls)
    refuse(conversation, exchange, "too_many_requests", idText);
  else handOnAllowed(conversation, request, exchange);
}

function handOnAllowed(conversation: Conversation, request: Request, exchange: Exchange): void {
  const { isToolAllowed } = conversation;
  const verdict = isToolAllowed === undefined ? { handOn: request } : judgeToolCall(request, isToolAllowed);
  if ("error" in verdict) exchange.answer(verdict.error);
  else handOnRequest(conversation, verdict.handOn, exchange);
}

function handOnRequest(conversation: Conversation, request: Request, exchange: Exchange): void {
  const { calls, send, requestTimeout } = conversation;
  const asked = askedBy(request);
  const call = calls.open(
    { asked, exchange },
    requestTimeout,
    (outcome) => settle(conversation, { asked, exchange, id: call.id }, outcome),
    (id) => send(renderCancellation(id, "timeout")),
  );
  const line = renderForChild(request, { id: call.id, token: call.id });
  if (send(restore(line, request.omitted), () => calls.lose(call.id))) return;
  calls.drop(call.id);
  refuse(conversation, exchange, "server_not_reading", asked.idText);
}

function refuse({ metrics }: Conversation, exchange: Exchange, refusal: RefusalName, idText: string): void {
  metrics.error(refusal);
  exchange.answer(renderRefusal(refusal, { idText }), refusals[refusal][0]);
}

interface Waiting {
  readonly asked: Asked;
  readonly exchange: Exchange;
  readonly id: number;
}

function settle(conversation: Conversation, { asked, exchange, id }: Waiting, outcome: Outcome): void {
  const { taskTokens, isToolAllowed, metrics } = conversation;
  const { idText, progressToken, startsTask } = asked;
  metrics.request(asked, outcome);
  if (outcome.kind !== "answered") {
    const { refusal, text, status } = failureOf(outcome, idText);
    metrics.error(refusal);
    exchange.answer(text, status);
    return;
  }
  if (progressToken !== undefined && startsTask && taskTokens.size < mostTaskTokens) taskTokens.set(id, progressToken);
  if (asked.setup !== undefined && outcome.response.result !== undefined) conversation.onSetup(asked.setup);
  const isFiltered = isToolAllowed !== undefined && asked.listsTools;
  const response = isFiltered ? filterToolList(wholeMessage(outcome.response), isToolAllowed) : outcome.response;
  exchange.answer(restore(renderWithId(response, idText), response.omitted));
}

function takeNotification(conversation: Conversation, notification: Notification): void {
  if (notification.method === "notifications/cancelled") cancel(conversation, notification);
  // A call without an id is none (JSON-RPC 2.0 4.1); a server that runs it all the same would do so past the rules.
  else if (notification.method === "tools/call") conversation.logger.debug("call of a tool without an id dropped");
  else handOn(conversation.send, notification.text);
}

/** Unknown, answered already, or `initialize`, which must not be cancelled: then there is nothing to do. */
function cancel({ calls, send, metrics }: Conversation, notification: Notification): void {
  const id = cancelledId(notification);
  const call = calls.all().find(({ detail }) => detail.asked.id === id);
  if (call?.detail.exchange === undefined) return;
  // Questions that are taken back now still go on the call's own stream.
  const isTaken = send(renderCancelled(notification, String(call.id)));
  calls.drop(call.id);
  metrics.request(call.detail.asked, "cancelled");
  call.detail.exchange.withdraw();
  if (!isTaken) throw new Refusal("server_not_reading");
}

function takeResponse({ callbacks, send, logger }: Conversation, response: Response): void {
  const line = callbacks.answer(response);
  if (line === undefined) logger.debug("answer of the client to nothing that was asked");
  else handOn(send, line);
}

function handOn(send: Conversation["send"], line: string): void {
  if (!send(line)) throw new Refusal("server_not_reading");
}
