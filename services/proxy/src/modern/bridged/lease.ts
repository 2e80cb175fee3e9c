import {
  cancelledId,
  declares,
  errorCodes,
  type Notification,
  type Params,
  type Request,
  renderCannotBeAsked,
  renderEmptyResult,
  renderErrorResponse,
  requiredCapability,
  withdrawCallback,
} from "@gateway/protocol";
import type { BridgedCall } from "./call.ts";

export interface LeasePorts {
  /** Of the clients that share the child. */
  readonly capabilities: Params;
  readonly send: (line: string) => void;
  /** Asks the client of a call. False: the call is over. */
  readonly askClient: (call: BridgedCall, request: Request) => boolean;
  /** The answer to `roots/list` that is known without asking: that of the client for which the child was started. */
  readonly lastRoots: () => string | undefined;
  /** Called when another call may be made that may call back. */
  readonly onFree: () => void;
}

/** Milliseconds for which a call-back that comes before its call is kept: the child may make the call wait for the answer. */
const earlyWait = 1_000;

/**
 * A legacy child's call-backs do not say which call they are about: so one call at a time may call back, and whatever the
 * child asks is asked of the client of the call that has the lease (mcp-wire.md §4.4).
 */
export class Lease {
  readonly #ports: LeasePorts;
  #isTaken = false;
  #call: BridgedCall | undefined;
  /** Call-backs that came before the call that they must be about. */
  readonly #early: Request[] = [];
  #earlyTimer: NodeJS.Timeout | undefined;

  constructor(ports: LeasePorts) {
    this.#ports = ports;
  }

  get isFree(): boolean {
    return !this.#isTaken && this.#call === undefined;
  }

  /** For a call that has not been made yet. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** That has it, or had it last and is only over for its client. */
  get call(): BridgedCall | undefined {
    return this.#call;
  }

  /** Keeps it for a call that is to be made. */
  take(): void {
    this.#isTaken = true;
  }

  /** The call is made that it was taken for. */
  hold(call: BridgedCall): void {
    this.#isTaken = false;
    this.#call = call;
    this.#takeEarly();
  }

  free(): void {
    this.#isTaken = false;
    this.#call = undefined;
    this.#takeEarly();
    this.#ports.onFree();
  }

  /** The child asks something: what none of its clients can answer is refused in their place. */
  callBack(request: Request): void {
    const { capabilities, send, askClient } = this.#ports;
    const { idText, method, params } = request;
    if (method === "ping") return void send(renderEmptyResult(idText));
    const required = requiredCapability({ method, params });
    if (required === undefined || !declares(capabilities, required)) return void send(renderCannotBeAsked(idText));
    if (this.#isTaken) return void this.#keepEarly(request);
    if (this.#call === undefined || !askClient(this.#call, request)) this.#answerUnasked(request);
  }

  /** Tells the child that a call-back of it reaches nobody. */
  refuse({ idText }: Request): void {
    const error = { code: errorCodes.internalError, message: "No request of the client can be asked this" };
    this.#ports.send(renderErrorResponse(idText, error));
  }

  /** The child no longer waits for a call-back. */
  withdraw(notification: Notification): void {
    const id = cancelledId(notification);
    const early = this.#early.findIndex((request) => request.id === id);
    if (early >= 0) this.#early.splice(early, 1);
    if (this.#call !== undefined) this.#call.park = withdrawCallback(this.#call.park, id);
  }

  /** Nothing more is to be called. */
  clear(): void {
    clearTimeout(this.#earlyTimer);
  }

  /**
   * Before its first call a server asks about whoever made it start. One that asks while it lists its tools, without which
   * the call is not made, would wait for ever.
   */
  #keepEarly(request: Request): void {
    this.#early.push(request);
    if (this.#early.length > 1) return;
    clearTimeout(this.#earlyTimer);
    this.#earlyTimer = setTimeout(() => {
      for (const early of this.#early.splice(0)) this.#answerUnasked(early);
    }, earlyWait);
  }

  /** No call can be asked: what is known without asking, else a refusal. */
  #answerUnasked(request: Request): void {
    const { send, lastRoots } = this.#ports;
    const roots = request.method === "roots/list" ? lastRoots() : undefined;
    if (roots === undefined) this.refuse(request);
    else send(`{"jsonrpc":"2.0","id":${request.idText},"result":${roots}}`);
  }

  #takeEarly(): void {
    clearTimeout(this.#earlyTimer);
    for (const early of this.#early.splice(0)) this.callBack(early);
  }
}
