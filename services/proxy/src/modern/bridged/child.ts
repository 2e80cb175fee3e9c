import { randomBytes } from "node:crypto";
import {
  type Message,
  modernMethod,
  type Params,
  type Request,
  type Response,
  renderDiscoverResult,
  renderForLegacyChild,
} from "@gateway/protocol";
import type { Outcome } from "../../child/calls.ts";
import type { Child } from "../../child/child.ts";
import type { Asked } from "../asked.ts";
import type { Exchange, Gone } from "../exchange.ts";
import { filterOf, refuse } from "../outcomes.ts";
import type { Parks } from "../parks.ts";
import { LivingChild, type ServingChild, type ServingPorts } from "../serving-child.ts";
import { answerBridged } from "./answer.ts";
import { BridgedCall, callsOfClients, idOf } from "./call.ts";
import { Draining } from "./draining.ts";
import { Endings } from "./endings.ts";
import { type Introduction, shakeHands } from "./handshake.ts";
import { Lease, type LeasePorts } from "./lease.ts";
import { ChildListens, type UserListeners } from "./listens.ts";
import { ChildLogLevel } from "./log-level.ts";
import { takeNotification } from "./notifications.ts";
import { ChildTasks, taskTtl } from "./tasks.ts";

export interface BridgePorts extends ServingPorts, Introduction {
  readonly parks: Parks;
  /** Its calls may call back: only one at a time that can be answered by a question. */
  readonly isInteractive: boolean;
  /** It serves all users. */
  readonly isShared: boolean;
  readonly listeners: UserListeners;
  readonly lastRoots: LeasePorts["lastRoots"];
  /** Called when another call may be made that may call back. */
  readonly onFree: () => void;
  /** Whether a tool of it only runs as a task. */
  readonly requiresTask: (tool: string) => boolean;
}

/** A child of the older wire that serves modern clients: requests and answers are translated (mcp-wire.md §4.2). */
export class BridgedChild extends LivingChild<BridgedCall> implements ServingChild {
  readonly id = randomBytes(9).toString("base64url");
  readonly #ports: BridgePorts;
  readonly #listens: ChildListens;
  readonly #draining: Draining;
  #isRetired = false;
  readonly #logLevel: ChildLogLevel;
  readonly #lease: Lease;
  readonly #endings: Endings;
  #initialized: Params = {};

  constructor(child: Child, ports: BridgePorts) {
    super(child, ports.limits);
    this.#ports = ports;
    const ask: ServingChild["ask"] = (method, params) => this.ask(method, params);
    const send = (line: string) => void child.send(line);
    this.#listens = new ChildListens(ask, ports.listeners);
    this.#logLevel = new ChildLogLevel(ask);
    this.#draining = new Draining(ports.limits.drain, () => this.end("retired"));
    const { capabilities, lastRoots, onFree } = ports;
    const askClient: LeasePorts["askClient"] = (call, request) => this.#askClient(call, request);
    this.#lease = new Lease({ capabilities, lastRoots, onFree, askClient, send });
    this.#endings = new Endings({
      ...ports,
      life: this.life,
      lease: this.#lease,
      draining: this.#draining,
      tasks: new ChildTasks(ask, send),
      answer: (call, response, exchange) => this.answer(call, response, exchange),
      onOver: () => this.#endIfDone(),
    });
    this.ended.addEventListener("abort", () => this.#clean(), { once: true });
  }

  protected override get isWatched(): boolean {
    return this.#listens.size > 0;
  }

  get isFree(): boolean {
    return this.#lease.isFree && this.takesRequests;
  }

  /** When it was used last, by `performance.now()`; undefined: somebody needs it. */
  get idleSince(): number | undefined {
    return this.isFree && !this.isWatched ? this.life.idleSince : undefined;
  }

  /** The call that waits in it for its client, with nobody to wait for the call; undefined: there is none. */
  get parked(): BridgedCall | undefined {
    const { call } = this.#lease;
    return call === undefined || call.exchange !== undefined || idOf(this.life.calls, call) === undefined
      ? undefined
      : call;
  }

  get atWork(): number {
    const waitedFor = callsOfClients(this.life.calls).filter(({ detail }) => detail?.exchange !== undefined);
    return waitedFor.length + (this.#lease.isTaken ? 1 : 0);
  }

  retire(): void {
    this.#isRetired = true;
    this.#listens.end();
    if (this.parked !== undefined) this.abandon(this.parked, "cancelled");
    this.#endIfDone();
  }

  /** The handshake, in its clients' place. */
  async ready(idText: string): Promise<void> {
    this.#initialized = await shakeHands(this.life, this.#ports, idText);
  }

  ask(method: string, params: Params): Promise<Outcome> {
    return this.life.ask(method, params);
  }

  /** Keeps it for a call that may call back. */
  take(): void {
    this.#lease.take();
  }

  /** The call that it was taken for is not made. */
  giveBack(): void {
    this.life.touch();
    if (this.#lease.isTaken) this.#lease.free();
    this.#endIfDone();
  }

  accept(request: Request, asked: Asked, exchange: Exchange): void {
    this.life.touch();
    if (request.method === "server/discover") {
      const caching = { isRetry: asked.isRetry, fallback: this.#ports.cache.get(request.method) };
      return void exchange.answer(renderDiscoverResult(asked.idText, this.#initialized, caching));
    }
    const { limits, metrics } = this.#ports;
    const { calls, child } = this.life;
    if (calls.size >= limits.pendingRequests) {
      this.giveBack();
      return void refuse(metrics, asked, exchange, "too_many_requests");
    }
    const isLeased = this.#ports.isInteractive && modernMethod(request.method)?.mayAskForInput === true;
    const call = new BridgedCall(asked, exchange, isLeased);
    const settle = (outcome: Outcome) => this.#endings.settle(call, id, outcome);
    const { id } = calls.open(call, limits.request, settle, (expired) => this.#endings.expire(call, expired));
    const isTask = request.method === "tools/call" && this.#ports.requiresTask(String(request.params.name));
    if (isTask) call.task = { token: id };
    if (!this.#ports.isShared) this.#logLevel.raise(asked.envelope.logLevel, this.#initialized);
    const line = renderForLegacyChild(request, { id, token: id }, isTask ? { ttl: taskTtl } : undefined);
    if (!child.send(line, () => calls.lose(id))) {
      calls.drop(id);
      this.giveBack();
      return void refuse(metrics, asked, exchange, "server_not_reading");
    }
    exchange.onGone((why) => this.abandon(call, why, exchange));
    if (isLeased) this.#lease.hold(call);
  }

  /** Opens a stream of what the child tells. */
  listen(request: Request, asked: Asked, exchange: Exchange): void {
    const filter = filterOf(request, asked, exchange);
    if (filter === undefined) return;
    this.life.touch();
    void this.#listens.open(filter, this.#initialized, asked.idText, exchange);
  }

  fromChild(message: Message): void {
    if (this.ended.aborted) return;
    const { calls } = this.life;
    if (message.kind === "notification") takeNotification(message, calls, this.#lease, this.#ports);
    else if (message.kind === "request") this.#lease.callBack(message);
    else if (!calls.answer(message)) this.#endings.takeLate(message);
  }

  /** Writes what the child is told of its call-backs, after which the call goes on, unless it is over already. */
  goOn(call: BridgedCall, lines: readonly string[]): void {
    const { calls, child } = this.life;
    this.life.touch();
    const id = idOf(calls, call);
    if (id !== undefined) {
      calls.resume(id);
      this.#logLevel.raise(call.asked.envelope.logLevel, this.#initialized);
    }
    for (const line of lines) child.send(line);
  }

  /** Nobody waits for a call any more, nor will. @param exchange of who has gone: another may have taken the call up */
  abandon(call: BridgedCall, why: Gone, exchange?: Exchange): void {
    this.#endings.abandon(call, why, exchange);
  }

  /** No time passes for a call that waits for its client. */
  pause(call: BridgedCall): void {
    const { calls } = this.life;
    const id = idOf(calls, call);
    if (id !== undefined) calls.pause(id);
  }

  /** Answers a call's client. */
  answer({ asked }: BridgedCall, response: Response, exchange: Exchange): void {
    const { states, cache } = this.#ports;
    const { serverInfo } = this.#initialized;
    answerBridged(asked, response, exchange, { id: this.id, serverInfo, states, cache });
  }

  /** A call-back reaches nobody. */
  refuse(request: Request): void {
    this.#lease.refuse(request);
  }

  #endIfDone(): void {
    if (this.#isRetired && this.atWork === 0) this.end("moved");
  }

  #askClient(call: BridgedCall, request: Request): boolean {
    if (idOf(this.life.calls, call) === undefined) return false;
    this.#ports.parks.add(call, request, this);
    return true;
  }

  #clean(): void {
    this.#draining.clear();
    this.#lease.clear();
    this.#listens.end();
    this.#ports.onFree();
  }
}
