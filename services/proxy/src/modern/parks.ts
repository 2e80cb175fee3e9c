import {
  badRequestState,
  emptyPark,
  nextRound,
  parkCallback,
  type Request,
  type RequestState,
  type Response,
  renderGivenUp,
  renderInputRequired,
  renderModernError,
  takeAnswers,
  withdrawUndeclared,
} from "@gateway/protocol";
import type { Asked } from "./asked.ts";
import type { BridgedCall } from "./bridged/call.ts";
import type { BridgedChild } from "./bridged/child.ts";
import type { Exchange } from "./exchange.ts";
import type { LastRoots } from "./last-roots.ts";
import type { RequestStates } from "./request-states.ts";
import type { Uses } from "./uses.ts";

/** Call-backs that a child makes at one time come so close together: they are asked in one answer (mcp-wire.md §6). */
const coalesce = 20;

/** Call-backs of one call that are kept. */
const mostOpen = 100;
/** Characters of all answers together that are kept for clients that were asked something meanwhile. */
const mostKept = 67_108_864;

interface Parked {
  readonly call: BridgedCall;
  readonly child: BridgedChild;
}

/** The calls that wait, or soon will, for what their clients answer to a legacy child's call-backs (mcp-wire.md §4.4). */
export class Parks {
  readonly #open = new Map<string, Parked>();
  readonly #states: RequestStates;
  readonly #uses: Uses;
  readonly #lastRoots: LastRoots;
  readonly #timeout: number;
  #kept = 0;

  /** @param timeout milliseconds that a client may take to answer its server (mcp-wire.md §6) */
  constructor(states: RequestStates, uses: Uses, lastRoots: LastRoots, timeout: number) {
    this.#states = states;
    this.#uses = uses;
    this.#lastRoots = lastRoots;
    this.#timeout = timeout;
  }

  /** Adds a call-back: its client is asked in a moment, with what else comes until then. */
  add(call: BridgedCall, request: Request, child: BridgedChild): void {
    if (call.park.open.size >= mostOpen) return void child.refuse(request);
    call.park = parkCallback(call.park, request);
    this.#open.set(call.parkId, { call, child });
    // One that nobody waits for is asked for with the next retry.
    if (call.exchange !== undefined) call.after(coalesce, () => this.#askClient(call, child));
  }

  /** A client comes back with answers, or without. @param state undefined: it brings none that is good */
  retry(state: RequestState | undefined, request: Request, asked: Asked, exchange: Exchange): void {
    const parked = state?.kind === "park" ? this.#open.get(state.park ?? "") : undefined;
    // A round is answered once: while a retry waits, another one is a copy of it.
    if (parked === undefined || parked.call.exchange !== undefined) {
      return void exchange.answer(renderModernError(asked.idText, badRequestState));
    }
    const { call, child } = parked;
    const answered = takeAnswers(call.park, state?.generation, request);
    if ("error" in answered) return void exchange.answer(renderModernError(asked.idText, answered.error));
    call.park = answered.park;
    if (answered.roots !== undefined) this.#lastRoots.keep(asked.binding(), answered.roots);
    call.takeUp(asked, exchange);
    exchange.onGone((why) => child.abandon(call, why, exchange));
    const { answer } = call;
    if (answer !== undefined) {
      child.goOn(call, [...answered.lines, ...this.close(call)]);
      return void child.answer(call, answer, exchange);
    }
    child.goOn(call, answered.lines);
    if (call.park.open.size > 0) call.after(coalesce, () => this.#askClient(call, child));
  }

  /**
   * The child has answered, and nobody waits: the next retry gets it. Where too much is kept already, the client begins again;
   * gives what the child is told then for call-backs that nobody will answer.
   */
  keepAnswer(call: BridgedCall, answer: Response): readonly string[] {
    if (this.#kept + answer.text.length > mostKept) return this.close(call);
    this.#kept += answer.text.length;
    call.answer = answer;
    return [];
  }

  /** The call is over. Gives what its child is told, once, for call-backs that nobody will answer. */
  close(call: BridgedCall): readonly string[] {
    const { park, answer } = call;
    call.settle();
    this.#kept -= answer?.text.length ?? 0;
    call.answer = undefined;
    if (park !== emptyPark) this.#open.delete(call.parkId);
    call.park = emptyPark;
    return renderGivenUp(park);
  }

  /** All are over: no client can come back any more. */
  end(): void {
    for (const { call } of this.#open.values()) this.close(call);
  }

  #askClient(call: BridgedCall, child: BridgedChild): void {
    const { exchange, asked, parkId } = call;
    if (exchange === undefined) return;
    const { park, lines } = withdrawUndeclared(call.park, asked.envelope.capabilities);
    call.park = park;
    if (lines.length > 0) child.goOn(call, lines);
    if (park.open.size === 0) return;
    call.park = nextRound(call.park);
    const { generation } = call.park;
    const state = { ...asked.binding(), kind: "park", park: parkId, generation } as const;
    const token = this.#states.seal(state, this.#timeout / 1_000);
    call.wait(this.#uses.add(asked.token, (why) => why === "revoked" && child.abandon(call, why)));
    child.pause(call);
    exchange.answer(renderInputRequired(asked.idText, call.park, token));
    call.after(this.#timeout, () => child.abandon(call, "cancelled"));
  }
}
