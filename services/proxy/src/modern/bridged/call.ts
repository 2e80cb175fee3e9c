import { randomBytes } from "node:crypto";
import { emptyPark, type Park, type Response } from "@gateway/protocol";
import type { Call, Calls } from "../../child/calls.ts";
import type { Asked } from "../asked.ts";
import type { Exchange } from "../exchange.ts";

/**
 * A modern client's call that a legacy child works on. It may outlive the request that made it: while the child waits
 * for its client's input, nobody waits for the call, until a retry does (mcp-wire.md §4.4).
 */
export class BridgedCall {
  /** Of the newest request that waits, or waited, for it. */
  asked: Asked;
  /** Undefined: nobody waits. */
  exchange: Exchange | undefined;
  /** The child's call-backs. */
  park: Park = emptyPark;
  /** When its client was asked last; milliseconds since the epoch. */
  askedAt = 0;
  /** The child's answer, which came while nobody waited. */
  answer: Response | undefined;
  /** Its child is at work on nothing else that may call back. */
  readonly isLeased: boolean;
  /** The child runs it as a task: under which progress token, and which task once that is known. */
  task: { readonly token: number; readonly id?: string } | undefined;
  #parkId: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #forgetUse: () => void = () => {};

  constructor(asked: Asked, exchange: Exchange, isLeased: boolean) {
    this.asked = asked;
    this.exchange = exchange;
    this.isLeased = isLeased;
  }

  /** What a requestState names it by. */
  get parkId(): string {
    this.#parkId ??= randomBytes(18).toString("base64url");
    return this.#parkId;
  }

  /** Calls back after a while, in place of what it was to call before. */
  after(milliseconds: number, callback: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(callback, milliseconds);
  }

  /** Nobody waits from now on. @param forgetUse takes away what was noted of its token */
  wait(forgetUse: () => void): void {
    this.exchange = undefined;
    this.askedAt = Date.now();
    this.#forgetUse = forgetUse;
  }

  /** A retry waits for it now. */
  takeUp(asked: Asked, exchange: Exchange): void {
    this.settle();
    this.asked = asked;
    this.exchange = exchange;
  }

  /** Nothing more is to be called. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#forgetUse();
    this.#forgetUse = () => {};
  }
}

/** The calls of a child that clients made, not the proxy itself. */
export function callsOfClients(calls: Calls<BridgedCall | undefined>): readonly Call<BridgedCall | undefined>[] {
  return calls.all().filter(({ detail }) => detail !== undefined);
}

/** The id under which the child knows a call; undefined: it is over for the child. */
export function idOf(calls: Calls<BridgedCall | undefined>, call: BridgedCall): number | undefined {
  return calls.all().find(({ detail }) => detail === call)?.id;
}
