import {
  badRequestState,
  cancelledId,
  type Message,
  metaKeys,
  type Notification,
  type Params,
  progressToken,
  type Request,
  type RequestId,
  type RequestState,
  type Response,
  readDiscovery,
  renderCancellation,
  renderForModernChild,
  renderModernError,
  renderSubscriptionEnd,
  renderWithSubscriptionId,
  subscriptionIdOf,
} from "@gateway/protocol";
import type { Call, Outcome } from "../child/calls.ts";
import type { Child } from "../child/child.ts";
import { startRefusal } from "../child/failures.ts";
import { Refusal } from "../http/refusal.ts";
import type { Asked } from "./asked.ts";
import type { Exchange, Gone } from "./exchange.ts";
import { KeptDiscovery } from "./kept-discovery.ts";
import { answerNative } from "./native-answer.ts";
import { answerFailure, countGone, countOutcome, filterOf, refuse } from "./outcomes.ts";
import { onlyAuthor, relayLog, relayProgress } from "./relaying.ts";
import { LivingChild, type ServingChild, type ServingPorts } from "./serving-child.ts";

export interface NativePorts extends ServingPorts {
  /** It serves all users: nothing of it may be kept for others than who asked, and what it logs is told to nobody. */
  readonly isShared: boolean;
}

/** What a call belongs to. */
interface Detail {
  readonly asked: Asked;
  readonly exchange: Exchange;
}

/** What is told of calls alone, on their own streams (mcp-wire.md §2.6). */
const ofCalls: ReadonlySet<string> = new Set(["notifications/progress", "notifications/message"]);
/** Of the proxy's own subscription: no call of a client has such an id. */
const ownListen = "gateway tools";
/** Milliseconds for which the tools of a server that tells of no changes are remembered. */
const unwatchedFor = 5_000;

/** A child that speaks the modern wire itself: requests are handed on under ids of our own (mcp-wire.md §4.1, M×M). */
export class NativeChild extends LivingChild<Detail> implements ServingChild {
  readonly #ports: NativePorts;
  readonly #discovery = new KeptDiscovery();
  #watchesTools = false;

  constructor(child: Child, ports: NativePorts) {
    super(child, ports.limits);
    this.#ports = ports;
  }

  /** Its wire has no handshake; but one that does not even say what it can do is not to be asked for more. */
  async ready(idText: string): Promise<void> {
    const askedAt = performance.now();
    const outcome = await this.ask("server/discover", {});
    if (outcome.kind !== "answered") throw startRefusal(outcome, idText);
    if (readDiscovery(outcome.response).kind !== "modern") throw new Refusal("server_not_ready", { idText });
    this.#keep(outcome.response, ownCapabilities, askedAt);
  }

  get atWork(): number {
    return this.#working().length;
  }

  /** Any replica serves a server of this wire: none takes over from another. */
  retire(): void {}

  /** It is kept for nobody. */
  giveBack(): void {}

  ask(method: string, params: Params): Promise<Outcome> {
    if (method === "tools/list") this.#watchTools();
    return this.life.ask(method, { ...params, _meta: ownEnvelope });
  }

  /** A server of this wire tells of other tools only who listens: what is remembered of them depends on it (§5.4). */
  #watchTools(): void {
    if (this.#watchesTools) return;
    this.#watchesTools = true;
    const params = { notifications: { toolsListChanged: true }, _meta: ownEnvelope };
    this.life.child.send(JSON.stringify({ jsonrpc: "2.0", id: ownListen, method: "subscriptions/listen", params }));
  }

  accept(request: Request, asked: Asked, exchange: Exchange, state?: RequestState): void {
    const { states } = this.#ports;
    const isGood = state === undefined || (state.kind === "relay" && !states.isSpent(state));
    if (!isGood) return void exchange.answer(renderModernError(asked.idText, badRequestState));
    if (request.method === "server/discover" && this.#answerKept(asked, exchange)) return;
    const id = this.#handOn(request, asked, exchange, state?.inner);
    if (id !== undefined && state !== undefined) states.spend(state);
  }

  /** Where users share it, an answer that was made for one of them is nobody else's. */
  #keep(response: Response, capabilities: Params, askedAt: number): void {
    if (!this.#ports.isShared) this.#discovery.keep(response, capabilities, askedAt);
  }

  /** Tells what it can do without asking it. False: that is not known now. */
  #answerKept(asked: Asked, exchange: Exchange): boolean {
    const kept = asked.isRetry ? undefined : this.#discovery.find(asked.envelope.capabilities);
    if (kept === undefined) return false;
    countOutcome(this.#ports.metrics, asked, { kind: "answered", response: kept.response });
    answerNative(asked, kept.response, exchange, this.#ports, kept.age);
    return true;
  }

  listen(request: Request, asked: Asked, exchange: Exchange): void {
    if (filterOf(request, asked, exchange) === undefined) return;
    exchange.openStream();
    const id = this.#handOn(request, asked, exchange, undefined);
    if (id !== undefined) this.life.calls.pause(id); // it lasts as long as its client wants
  }

  fromChild(message: Message): void {
    if (this.ended.aborted) return;
    const { logger } = this.#ports;
    if (message.kind === "notification") return void this.#notify(message);
    if (message.kind === "request")
      return void logger.warn("the MCP server sent a request, which its wire does not have");
    if (message.id === ownListen) return void this.#watchEnded(message);
    if (!this.life.calls.answer(message)) logger.debug("answer of the MCP server to nothing that was asked");
  }

  /** A server that has no subscriptions is not asked for one with every call: in a while, as it may be another's by then. */
  #watchEnded({ result }: Response): void {
    if (result !== undefined) this.#watchAnew();
    else setTimeout(() => this.#watchAnew(), unwatchedFor).unref();
  }

  #watchAnew(): void {
    this.#watchesTools = false;
    this.#ports.onToolsChanged();
  }

  #handOn(request: Request, asked: Asked, exchange: Exchange, inner: string | undefined): number | undefined {
    const { limits, metrics } = this.#ports;
    const { calls, child } = this.life;
    this.life.touch();
    if (calls.size >= limits.pendingRequests) {
      refuse(metrics, asked, exchange, "too_many_requests");
      return undefined;
    }
    const settle = (outcome: Outcome) => this.#settle(asked, exchange, outcome);
    const expire = (id: number) => void child.send(renderCancellation(id, "timeout"));
    const { id } = calls.open({ asked, exchange }, limits.request, settle, expire);
    if (!child.send(renderForModernChild(request, { id, token: id }, inner), () => calls.lose(id))) {
      calls.drop(id);
      refuse(metrics, asked, exchange, "server_not_reading");
      return undefined;
    }
    exchange.onGone((why) => this.#cancel(id, asked, why));
    return id;
  }

  #working(): readonly Call<Detail | undefined>[] {
    return this.life.calls.all().filter(({ detail }) => detail && !isListening(detail.asked));
  }

  /** Who closes the response no longer wants it (mcp-wire.md §2.2). */
  #cancel(id: number, asked: Asked, why: Gone): void {
    const { calls, child } = this.life;
    if (calls.find(id) === undefined) return;
    if (isListening(asked)) calls.drop(id);
    else calls.leave(id);
    if (!this.ended.aborted) child.send(renderCancellation(id, why));
    countGone(this.#ports.metrics, asked, why);
  }

  #settle(asked: Asked, exchange: Exchange, outcome: Outcome): void {
    const { metrics } = this.#ports;
    countOutcome(metrics, asked, outcome);
    const isSubscription = isListening(asked);
    if (outcome.kind === "answered") {
      const { method, isRetry, envelope, startedAt } = asked;
      if (method === "server/discover" && !isRetry) this.#keep(outcome.response, envelope.capabilities, startedAt);
      if (isSubscription && outcome.response.result !== undefined) exchange.answer(renderSubscriptionEnd(asked.idText));
      else answerNative(asked, outcome.response, exchange, this.#ports);
    } else if (isSubscription && outcome.kind !== "revoked") exchange.answer(renderSubscriptionEnd(asked.idText));
    else answerFailure(metrics, asked, exchange, outcome);
  }

  /** The server takes a subscription back: that is to it what its result is (mcp-wire.md §2.6). */
  #endSubscription(id: RequestId | undefined): void {
    if (id === ownListen) return void this.#watchAnew();
    const { calls } = this.life;
    const call = calls.find(id);
    if (call?.detail === undefined || !isListening(call.detail.asked)) return;
    calls.answer({ kind: "response", id: call.id, result: { resultType: "complete" }, text: "" });
  }

  #notify(notification: Notification): void {
    const { calls } = this.life;
    const { method } = notification;
    if (method === "notifications/tools/list_changed") this.#ports.onToolsChanged();
    if (method.endsWith("/list_changed")) this.#discovery.forget();
    const subscription = subscriptionIdOf(notification);
    if (method === "notifications/cancelled") this.#endSubscription(cancelledId(notification));
    else if (subscription !== undefined) this.#tellListener(notification, subscription);
    else if (method === "notifications/progress") this.#tellProgress(notification);
    // Where others have a part in the child, it may be at any time of what they asked for.
    else if (method === "notifications/message" && !this.#ports.isShared)
      relayLog(notification, onlyAuthor(this.#working(), calls));
  }

  #tellListener(notification: Notification, subscription: unknown): void {
    const { asked, exchange } = this.life.calls.find(subscription)?.detail ?? {};
    if (asked === undefined || !isListening(asked) || ofCalls.has(notification.method)) return;
    exchange?.relay(renderWithSubscriptionId(notification, asked.idText));
  }

  /** A subscription has no progress, even where its client gave a token. */
  #tellProgress(notification: Notification): void {
    const { calls } = this.life;
    const call = calls.find(progressToken(notification));
    if (call?.detail !== undefined && !isListening(call.detail.asked)) relayProgress(notification, calls, call);
  }
}

function isListening({ method }: Asked): boolean {
  return method === "subscriptions/listen";
}

/** The proxy as a client of its own: it can do nothing for a server. */
const ownCapabilities = {};
const ownEnvelope = { [metaKeys.protocolVersion]: "2026-07-28", [metaKeys.clientCapabilities]: ownCapabilities };
