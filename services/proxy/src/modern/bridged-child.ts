import { randomBytes } from "node:crypto";
import {
  initializeParams,
  type Message,
  modernMethod,
  type Notification,
  type Params,
  progressToken,
  type Request,
  type Response,
  renderDiscoverResult,
  renderForLegacyChild,
  renderTaskRequest,
  taskIdOf,
} from "@gateway/protocol";
import type { EndWaits } from "@gateway/subprocess";
import type { Call, Outcome } from "../child/calls.ts";
import type { Child } from "../child/child.ts";
import { startRefusal } from "../child/failures.ts";
import { Refusal } from "../http/refusal.ts";
import type { Asked } from "./asked.ts";
import { answerBridged } from "./bridged-answer.ts";
import { BridgedCall } from "./bridged-call.ts";
import { Draining } from "./bridged-draining.ts";
import { Lease, type LeasePorts } from "./bridged-lease.ts";
import { ChildListens, type UserListeners } from "./bridged-listens.ts";
import { ChildLogLevel } from "./bridged-log-level.ts";
import { ChildTasks, taskTtl } from "./bridged-tasks.ts";
import type { Exchange, Gone } from "./exchange.ts";
import { answerFailure, countGone, countOutcome, filterOf, refuse } from "./outcomes.ts";
import type { Parks } from "./parks.ts";
import { relayLog, relayProgress } from "./relaying.ts";
import { type ChildEnd, ChildLife, type ServingChild, type ServingPorts } from "./serving-child.ts";

export interface BridgePorts extends ServingPorts {
  readonly parks: Parks;
  /** The version to ask for. */
  readonly protocolVersion: string;
  /** Of the clients that share this child. */
  readonly capabilities: Params;
  readonly clientInfo: Params;
  /** Its calls may call back: only one at a time that can be answered by a question. */
  readonly isInteractive: boolean;
  readonly listeners: UserListeners;
  /** Called when another call may be made that may call back. */
  readonly onFree: () => void;
  /** Whether a tool of it only runs as a task. */
  readonly requiresTask: (tool: string) => boolean;
}

/** A child of the older wire that serves modern clients: requests and answers are translated (mcp-wire.md §4.2). */
export class BridgedChild implements ServingChild {
  readonly id = randomBytes(9).toString("base64url");
  readonly #ports: BridgePorts;
  readonly #life: ChildLife<BridgedCall>;
  readonly #listens: ChildListens;
  readonly #draining = new Draining(() => this.end("retired"));
  #isRetired = false;
  readonly #tasks: ChildTasks;
  readonly #logLevel: ChildLogLevel;
  readonly #lease: Lease;
  #initialized: Params = {};

  constructor(child: Child, ports: BridgePorts) {
    this.#ports = ports;
    this.#life = new ChildLife(child, ports.limits, () => this.#listens.size > 0);
    const ask: ServingChild["ask"] = (method, params) => this.ask(method, params);
    this.#listens = new ChildListens(ask, ports.listeners);
    const send = (line: string) => void child.send(line);
    this.#tasks = new ChildTasks(ask, send);
    this.#logLevel = new ChildLogLevel(ask);
    const { capabilities, onFree } = ports;
    const askClient: LeasePorts["askClient"] = (call, request) => this.#askClient(call, request);
    this.#lease = new Lease({ capabilities, onFree, askClient, send });
    this.ended.addEventListener("abort", () => this.#clean(), { once: true });
  }

  get ended(): AbortSignal {
    return this.#life.ended;
  }

  get takesRequests(): boolean {
    return this.#life.takesRequests;
  }

  get childEnded(): Promise<void> {
    return this.#life.childEnded;
  }

  get isFree(): boolean {
    return this.#lease.isFree && this.takesRequests;
  }

  /** The call that waits in it for its client, with nobody to wait for the call; undefined: there is none. */
  get parked(): BridgedCall | undefined {
    const { call } = this.#lease;
    return call === undefined || call.exchange !== undefined || this.#idOf(call) === undefined ? undefined : call;
  }

  get atWork(): number {
    const waitedFor = this.#ofClients().filter(({ detail }) => detail?.exchange !== undefined);
    return waitedFor.length + (this.#lease.isTaken ? 1 : 0);
  }

  retire(): void {
    this.#isRetired = true;
    this.#listens.end();
    if (this.parked !== undefined) this.abandon(this.parked, "cancelled");
    this.#endIfDone();
  }

  stderrTail(): string {
    return this.#life.child.stderrTail();
  }

  end(reason: ChildEnd, waits?: EndWaits): void {
    this.#life.end(reason, waits);
  }

  /** The handshake, in its clients' place. */
  async ready(idText: string): Promise<void> {
    const { protocolVersion, capabilities, clientInfo } = this.#ports;
    const outcome = await this.ask("initialize", initializeParams(protocolVersion, capabilities, clientInfo));
    if (outcome.kind !== "answered") throw startRefusal(outcome, idText);
    const { result } = outcome.response;
    if (result === undefined) throw new Refusal("server_not_ready", { idText });
    this.#initialized = result;
    this.#life.child.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  }

  ask(method: string, params: Params): Promise<Outcome> {
    return this.#life.ask(method, params);
  }

  /** Keeps it for a call that may call back. */
  take(): void {
    this.#lease.take();
  }

  /** The call that it was taken for is not made. */
  giveBack(): void {
    if (this.#lease.isTaken) this.#lease.free();
    this.#endIfDone();
  }

  accept(request: Request, asked: Asked, exchange: Exchange): void {
    if (request.method === "server/discover") {
      return void exchange.answer(renderDiscoverResult(asked.idText, this.#initialized));
    }
    const { limits, metrics } = this.#ports;
    const { calls, child } = this.#life;
    this.#life.touch();
    if (calls.size >= limits.pendingRequests) {
      this.giveBack();
      return void refuse(metrics, asked, exchange, "too_many_requests");
    }
    const isLeased = this.#ports.isInteractive && modernMethod(request.method)?.mayAskForInput === true;
    const call = new BridgedCall(asked, exchange, isLeased);
    const settle = (outcome: Outcome) => {
      const taskId = call.task && outcome.kind === "answered" ? taskIdOf(outcome.response) : undefined;
      if (taskId === undefined) this.#settle(call, id, outcome);
      else this.#awaitTask(call, taskId);
    };
    const { id } = calls.open(call, limits.request, settle, (expired) => this.#tasks.cancel(call, expired, "timeout"));
    const isTask = request.method === "tools/call" && this.#ports.requiresTask(String(request.params.name));
    if (isTask) call.task = { token: id };
    this.#logLevel.raise(asked.envelope.logLevel, this.#initialized);
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
    this.#life.touch();
    void this.#listens.open(filter, this.#initialized, asked.idText, exchange);
  }

  fromChild(message: Message): void {
    if (this.ended.aborted) return;
    if (message.kind === "notification") this.#notify(message);
    else if (message.kind === "request") this.#lease.callBack(message);
    else if (!this.#life.calls.answer(message)) this.#takeLate(message);
  }

  /** Writes the answers of a retry, after which the call goes on. */
  goOn(call: BridgedCall, lines: readonly string[]): void {
    const { calls, child } = this.#life;
    this.#life.touch();
    const id = this.#idOf(call);
    if (id !== undefined) calls.resume(id);
    for (const line of lines) child.send(line);
  }

  /** No time passes for a call that waits for its client. */
  pause(call: BridgedCall): void {
    const id = this.#idOf(call);
    if (id !== undefined) this.#life.calls.pause(id);
  }

  /** Nobody waits for a call any more, nor will. @param exchange of who has gone: another may have taken the call up */
  abandon(call: BridgedCall, why: Gone, exchange?: Exchange): void {
    if (call.exchange !== exchange) return;
    const { calls } = this.#life;
    const lines = this.#ports.parks.close(call);
    const id = this.#idOf(call);
    if (id === undefined) return;
    calls.drop(id);
    countGone(this.#ports.metrics, call.asked, why);
    if (this.ended.aborted) return;
    this.#giveUp(lines);
    const cancel = () => this.#tasks.cancel(call, id, why);
    if (why === "cancelled" && call.isLeased && lines.length > 0) this.#draining.startWithLastWord(id, cancel);
    else {
      cancel();
      if (call.isLeased) this.#draining.start(id);
    }
    this.#endIfDone();
  }

  /** Asks for what came of a task, which the child says when it is done. */
  #awaitTask(call: BridgedCall, taskId: string): void {
    const { calls, child } = this.#life;
    call.task = { token: call.task?.token ?? 0, id: taskId };
    const settle = (outcome: Outcome) => this.#settle(call, id, outcome);
    const expire = (expired: number) => this.#tasks.cancel(call, expired, "timeout");
    const { id } = calls.open(call, this.#ports.limits.request, settle, expire);
    child.send(renderTaskRequest(id, "tasks/result", taskId));
  }

  #ofClients(): readonly Call<BridgedCall | undefined>[] {
    return this.#life.calls.all().filter(({ detail }) => detail !== undefined);
  }

  #idOf(call: BridgedCall): number | undefined {
    return this.#life.calls.all().find(({ detail }) => detail === call)?.id;
  }

  #settle(call: BridgedCall, id: number, outcome: Outcome): void {
    const { metrics, parks } = this.#ports;
    const { asked, exchange } = call;
    countOutcome(metrics, asked, outcome);
    if (outcome.kind === "timeout" && call.isLeased) this.#draining.start(id);
    else if (call.isLeased) this.#lease.free();
    if (outcome.kind !== "answered") {
      this.#giveUp(parks.close(call));
      if (exchange !== undefined) answerFailure(metrics, asked, exchange, outcome);
    } else if (exchange === undefined) parks.keepAnswer(call, outcome.response);
    else {
      this.#giveUp(parks.close(call));
      this.answer(call, outcome.response, exchange);
    }
    this.#endIfDone();
  }

  /** A call is over, and what was asked for its sake reaches nobody: the child may still wait for it. */
  #giveUp(lines: readonly string[]): void {
    if (this.ended.aborted) return;
    for (const line of lines) this.#life.child.send(line);
  }

  #endIfDone(): void {
    if (this.#isRetired && this.atWork === 0) this.end("moved");
  }

  /** Answers a call's client. */
  answer({ asked }: BridgedCall, response: Response, exchange: Exchange): void {
    const { states } = this.#ports;
    answerBridged(asked, response, exchange, { id: this.id, serverInfo: this.#initialized.serverInfo, states });
  }

  #askClient(call: BridgedCall, request: Request): boolean {
    if (this.#idOf(call) === undefined) return false;
    this.#ports.parks.add(call, request, this);
    return true;
  }

  /** A call-back reaches nobody. */
  refuse(request: Request): void {
    this.#lease.refuse(request);
  }

  /** An answer that nobody waits for. */
  #takeLate(response: Response): void {
    this.#tasks.late(response);
    if (this.#draining.end(response.id)) this.#lease.free();
    else this.#ports.logger.debug("answer of the MCP server to nothing that was asked");
  }

  #notify(notification: Notification): void {
    const { method } = notification;
    if (method === "notifications/progress") this.#relayProgress(notification);
    else if (method === "notifications/message") relayLog(notification, this.#ofClients());
    else if (method === "notifications/cancelled") this.#lease.withdraw(notification);
    else {
      if (method === "notifications/tools/list_changed") this.#ports.onToolsChanged();
      this.#ports.listeners.tell(notification);
    }
  }

  #relayProgress(notification: Notification): void {
    const { calls } = this.#life;
    const token = progressToken(notification);
    const call = calls.find(token) ?? calls.all().find(({ detail }) => detail?.task?.token === token);
    relayProgress(notification, calls, call);
  }

  #clean(): void {
    this.#draining.clear();
    this.#listens.end();
    this.#ports.onFree();
  }
}
