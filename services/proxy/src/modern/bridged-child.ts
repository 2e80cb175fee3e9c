import { randomBytes } from "node:crypto";
import {
  cancelledId,
  declares,
  errorCodes,
  filterToolList,
  initializeParams,
  isLoud,
  type LogLevel,
  logLevels,
  type Message,
  modernMethod,
  type Notification,
  type Params,
  pagesOf,
  parseSubscriptionFilter,
  progressToken,
  type Request,
  type Response,
  renderDiscoverResult,
  renderEmptyResult,
  renderErrorResponse,
  renderForLegacyChild,
  renderModernError,
  renderTaskRequest,
  renderWithProgressToken,
  requiredCapability,
  taskIdOf,
  toModernAnswer,
  withdrawCallback,
} from "@gateway/protocol";
import type { EndWaits } from "@gateway/subprocess";
import type { Outcome } from "../child/calls.ts";
import type { Child } from "../child/child.ts";
import { startRefusal } from "../child/failures.ts";
import { Refusal } from "../http/refusal.ts";
import type { Asked } from "./asked.ts";
import { BridgedCall } from "./bridged-call.ts";
import { ChildListens, type UserListeners } from "./bridged-listens.ts";
import { ChildTasks, taskTtl } from "./bridged-tasks.ts";
import type { Exchange, Gone } from "./exchange.ts";
import type { ServingPorts } from "./native-child.ts";
import { answerFailure, countGone, countOutcome, refuse } from "./outcomes.ts";
import type { Parks } from "./parks.ts";
import { askToOpen } from "./replay.ts";
import { type ChildEnd, ChildLife, type ServingChild } from "./serving-child.ts";

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

/** A child may go on with what nobody waits for; it has this long to say that it is done (mcp-wire.md §6). */
export const drainTimeout = 5_000;
/** A call that is told that nobody answers it mostly ends by itself; it is cancelled when it does not. */
const lastWordWait = 500;

/** What a client declares that can have its user open a page. */
const canOpen = { elicitation: { url: {} } };

/** A child of the older wire that serves modern clients: requests and answers are translated (mcp-wire.md §4.2). */
export class BridgedChild implements ServingChild {
  readonly id = randomBytes(9).toString("base64url");
  readonly #ports: BridgePorts;
  readonly #life: ChildLife<BridgedCall | undefined>;
  readonly #listens: ChildListens;
  readonly #draining = new Map<number, NodeJS.Timeout>();
  /** Call-backs that came before the call that they must be about. */
  readonly #early: Request[] = [];
  readonly #tasks: ChildTasks;
  #initialized: Params = {};
  #lease: "free" | "taken" | BridgedCall = "free";
  #level: LogLevel | undefined;

  constructor(child: Child, ports: BridgePorts) {
    this.#ports = ports;
    this.#life = new ChildLife(child, ports.limits, () => this.#listens.size > 0);
    const ask: ServingChild["ask"] = (method, params) => this.ask(method, params);
    this.#listens = new ChildListens(ask, ports.listeners);
    this.#tasks = new ChildTasks(ask, (line) => child.send(line));
    this.ended.addEventListener("abort", () => this.#clean(), { once: true });
  }

  get ended(): AbortSignal {
    return this.#life.ended;
  }

  get childEnded(): Promise<void> {
    return this.#life.childEnded;
  }

  get isFree(): boolean {
    return this.#lease === "free" && !this.ended.aborted;
  }

  /** The call that waits in it for its client, with nobody to wait for the call; undefined: there is none. */
  get parked(): BridgedCall | undefined {
    const call = this.#lease;
    if (!(call instanceof BridgedCall) || call.exchange !== undefined) return undefined;
    return this.#idOf(call) === undefined ? undefined : call;
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
    const { calls, child } = this.#life;
    return new Promise((resolve) => {
      const { id } = calls.open(undefined, this.#ports.limits.startup, resolve, () => {});
      child.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** Keeps it for a call that may call back. */
  take(): void {
    this.#lease = "taken";
  }

  /** The call that it was taken for is not made. */
  giveBack(): void {
    if (this.#lease === "taken") this.#free();
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
    this.#raiseLevel(asked.envelope.logLevel);
    const line = renderForLegacyChild(request, { id, token: id }, isTask ? { ttl: taskTtl } : undefined);
    if (!child.send(line, calls.size > 1)) {
      calls.drop(id);
      this.giveBack();
      return void refuse(metrics, asked, exchange, "server_not_reading");
    }
    if (isLeased) this.#lease = call;
    exchange.onGone((why) => this.abandon(call, why, exchange));
    for (const early of this.#early.splice(0)) this.#callBack(early);
  }

  /** Opens a stream of what the child tells. */
  listen(request: Request, asked: Asked, exchange: Exchange): void {
    const filter = parseSubscriptionFilter(request.params);
    if (filter === undefined) {
      const error = { code: errorCodes.invalidParams, message: "params.notifications must say what to tell of" };
      return void exchange.answer(renderModernError(asked.idText, error));
    }
    this.#life.touch();
    void this.#listens.open(filter, this.#initialized, asked.idText, exchange);
  }

  fromChild(message: Message): void {
    if (this.ended.aborted) return;
    if (message.kind === "notification") this.#notify(message);
    else if (message.kind === "request") this.#callBack(message);
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
    const { calls, child } = this.#life;
    const lines = this.#ports.parks.close(call);
    const id = this.#idOf(call);
    if (id === undefined) return;
    calls.drop(id);
    countGone(this.#ports.metrics, call.asked, why);
    if (this.ended.aborted) return;
    for (const line of lines) child.send(line);
    if (why === "cancelled" && call.isLeased && lines.length > 0) this.#drainWithLastWord(call, id);
    else {
      this.#tasks.cancel(call, id, why);
      if (call.isLeased) this.#drain(id);
    }
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

  #idOf(call: BridgedCall): number | undefined {
    return this.#life.calls.all().find(({ detail }) => detail === call)?.id;
  }

  #settle(call: BridgedCall, id: number, outcome: Outcome): void {
    const { metrics, parks } = this.#ports;
    const { asked, exchange } = call;
    countOutcome(metrics, asked, outcome);
    if (outcome.kind === "timeout" && call.isLeased) this.#drain(id);
    else if (call.isLeased) this.#free();
    if (outcome.kind !== "answered") {
      parks.close(call);
      if (exchange !== undefined) answerFailure(metrics, asked, exchange, outcome);
    } else if (exchange === undefined) parks.keepAnswer(call, outcome.response);
    else {
      parks.close(call);
      this.answer(call, outcome.response, exchange);
    }
  }

  /** Answers a call's client in its own wire. */
  answer({ asked }: BridgedCall, response: Response, exchange: Exchange): void {
    const { idText, method, isToolAllowed, envelope } = asked;
    const isFiltered = method === "tools/list" && isToolAllowed !== undefined;
    const shown = isFiltered ? filterToolList(response, isToolAllowed) : response;
    const mayOpen = modernMethod(method)?.mayAskForInput === true && declares(envelope.capabilities, canOpen);
    const pages = mayOpen ? pagesOf(response) : undefined;
    if (pages !== undefined) return void exchange.answer(askToOpen(asked, pages, this.id, this.#ports.states));
    const context = { idText, method, serverInfo: this.#initialized.serverInfo, capabilities: envelope.capabilities };
    const { text, status } = toModernAnswer(shown, context);
    exchange.answer(text, status);
  }

  #callBack(request: Request): void {
    const { child } = this.#life;
    const { idText, method, params } = request;
    if (method === "ping") return void child.send(renderEmptyResult(idText));
    const required = requiredCapability({ method, params });
    if (required === undefined || !declares(this.#ports.capabilities, required)) {
      const error = { code: errorCodes.methodNotFound, message: "The client cannot be asked that" };
      return void child.send(renderErrorResponse(idText, error));
    }
    // Before its first call, a server asks about whoever made it start.
    if (this.#lease === "taken") return void this.#early.push(request);
    if (this.#lease instanceof BridgedCall && this.#idOf(this.#lease) !== undefined) {
      return void this.#ports.parks.add(this.#lease, request, this);
    }
    this.refuse(request);
  }

  /** Tells the child that a call-back of it reaches nobody. */
  refuse({ idText }: Request): void {
    const error = { code: errorCodes.internalError, message: "No request of the client can be asked this" };
    this.#life.child.send(renderErrorResponse(idText, error));
  }

  /** An answer that nobody waits for. */
  #takeLate(response: Response): void {
    this.#tasks.late(response);
    if (!this.#drained(response)) this.#ports.logger.debug("answer of the MCP server to nothing that was asked");
  }

  #notify(notification: Notification): void {
    const { method } = notification;
    if (method === "notifications/progress") this.#relayProgress(notification);
    else if (method === "notifications/message") this.#relayLog(notification);
    else if (method === "notifications/cancelled" && this.#lease instanceof BridgedCall) {
      this.#lease.park = withdrawCallback(this.#lease.park, cancelledId(notification));
    } else {
      if (method === "notifications/tools/list_changed") this.#ports.onToolsChanged();
      this.#ports.listeners.tell(notification);
    }
  }

  #relayProgress(notification: Notification): void {
    const { calls } = this.#life;
    const ofChild = progressToken(notification);
    const call = calls.find(ofChild) ?? calls.all().find(({ detail }) => detail?.task?.token === ofChild);
    const token = call?.detail?.asked.progressToken;
    if (call === undefined || token === undefined) return;
    calls.renew(call.id);
    call.detail?.exchange?.relay(renderWithProgressToken(notification, token));
  }

  /** A log message names no request: with several at work it cannot be known whose it is, and it goes to nobody. */
  #relayLog(notification: Notification): void {
    const [only, ...others] = this.#life.calls.all().filter(({ detail }) => detail !== undefined);
    const wanted = only?.detail?.asked.envelope.logLevel;
    if (others.length > 0 || wanted === undefined || !isLoud(notification.params.level, wanted)) return;
    only?.detail?.exchange?.relay(notification.text);
  }

  /** The child says as much as the most curious request wants; each gets its own part of it. */
  #raiseLevel(wanted: LogLevel | undefined): void {
    const { logging } = (this.#initialized.capabilities ?? {}) as Params;
    if (wanted === undefined || logging === undefined) return;
    if (this.#level !== undefined && logLevels.indexOf(this.#level) <= logLevels.indexOf(wanted)) return;
    this.#level = wanted;
    void this.ask("logging/setLevel", { level: wanted });
  }

  /**
   * A call that nobody waits for may still call back, and then it would ask whoever comes next: the child is given time
   * to say that it is done, and ended when it does not.
   */
  #drain(id: number): void {
    this.#draining.set(
      id,
      setTimeout(() => this.end("retired"), drainTimeout),
    );
  }

  /** A call that is cancelled is never answered (2025-11-25, cancellation): its child could only be ended. */
  #drainWithLastWord(call: BridgedCall, id: number): void {
    const cancel = () => {
      this.#tasks.cancel(call, id, "cancelled");
      this.#drain(id);
    };
    this.#draining.set(id, setTimeout(cancel, lastWordWait));
  }

  #drained({ id }: Response): boolean {
    const timer = this.#draining.get(id as number);
    if (timer === undefined) return false;
    clearTimeout(timer);
    this.#draining.delete(id as number);
    this.#free();
    return true;
  }

  #free(): void {
    this.#lease = "free";
    for (const early of this.#early.splice(0)) this.#callBack(early);
    this.#ports.onFree();
  }

  #clean(): void {
    for (const timer of this.#draining.values()) clearTimeout(timer);
    this.#listens.end();
    this.#ports.onFree();
  }
}
