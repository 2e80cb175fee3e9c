import { type Message, type Params, type Request, type RequestState, renderCancellation } from "@gateway/protocol";
import type { EndWaits } from "@gateway/subprocess";
import type { Logger } from "@gateway/telemetry";
import { Calls, type Outcome } from "../child/calls.ts";
import type { Child } from "../child/child.ts";
import type { CacheHints, Limits } from "../configuration/proxy-config.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Asked } from "./asked.ts";
import type { Exchange } from "./exchange.ts";
import type { RequestStates } from "./request-states.ts";

/** A child that serves the requests of one user, whichever wire it speaks itself. */
export interface ServingChild {
  /** Aborted, with the reason, when nothing more can be asked of it. */
  readonly ended: AbortSignal;
  /** Resolves when it and its group have ended; at once while it lives. */
  readonly childEnded: Promise<void>;
  /** Resolves when it can be asked. @throws {Refusal} when it cannot, with that id; it has ended then */
  ready(idText: string): Promise<void>;
  stderrTail(): string;
  fromChild(message: Message): void;
  /**
   * Hands a request on; its answer, or whatever becomes of it, goes to the exchange.
   * @param state what its client came back with; another request may have used it since it was opened
   */
  accept(request: Request, asked: Asked, exchange: Exchange, state?: RequestState): void;
  /** Opens a stream of notifications. */
  listen(request: Request, asked: Asked, exchange: Exchange): void;
  /** What it was kept for is not asked. */
  giveBack(): void;
  /** Asks something of our own. */
  ask(method: string, params: Params): Promise<Outcome>;
  /** Whether a request can be handed to it. */
  readonly takesRequests: boolean;
  /** Requests that it is working on: not those that wait for their clients, nor subscriptions. */
  readonly atWork: number;
  /** Nothing more is asked of it: it ends once it is done with what it works on. What lasts longer is ended. */
  retire(): void;
  end(reason: ChildEnd, waits?: EndWaits): void;
}

export interface ServingPorts {
  readonly limits: Limits;
  readonly states: RequestStates;
  readonly cache: CacheHints;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Called when the list of tools of a child is another one now. */
  readonly onToolsChanged: () => void;
}

/** Why a child that serves modern requests ended. `retired`: it may still be at work on what nobody wants. `moved`: another
 * replica serves its users now. */
export type ChildEnd = "idle" | "exited" | "refused" | "retired" | "moved" | "shutdown";

/** What both kinds of children have: a process, the calls it works on, and an end. A call of our own has no detail. */
export class ChildLife<Detail> {
  readonly calls = new Calls<Detail | undefined>();
  readonly child: Child;
  readonly #startup: number;
  readonly #end = new AbortController();
  readonly #idle: NodeJS.Timeout;
  #usedAt: number | undefined;
  #childEnded: Promise<void> = Promise.resolve();

  /** @param isWatched whether somebody waits for what it tells of itself */
  constructor(
    child: Child,
    { sessionIdle, childIdle, startup }: Pick<Limits, "sessionIdle" | "childIdle" | "startup">,
    isWatched: () => boolean,
  ) {
    this.child = child;
    this.#startup = startup;
    const check = () => (this.calls.size > 0 || isWatched() ? this.#idle.refresh() : this.end("idle"));
    this.#idle = setTimeout(check, Math.min(sessionIdle, childIdle));
    void child.gone.then(() => this.end("exited"));
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  get takesRequests(): boolean {
    return !this.ended.aborted && !this.child.hasExited();
  }

  get childEnded(): Promise<void> {
    return this.#childEnded;
  }

  /** When it was used last, by `performance.now()`; undefined: it was not yet, or is at work, maybe on what nobody wants. */
  get idleSince(): number | undefined {
    return this.takesRequests && this.calls.size === 0 && !this.calls.areSomeLeft ? this.#usedAt : undefined;
  }

  /** Asks something of our own. */
  ask(method: string, params: Params): Promise<Outcome> {
    return new Promise((resolve) => {
      const { id } = this.calls.open(undefined, this.#startup, resolve, () => {});
      this.child.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** It is being used. */
  touch(): void {
    if (this.ended.aborted) return;
    this.#idle.refresh();
    this.#usedAt = performance.now();
  }

  /** Ends it, once: open calls get an error, and the process with its group is ended. */
  end(reason: ChildEnd, waits?: EndWaits): void {
    if (this.ended.aborted) return;
    this.#end.abort(reason);
    clearTimeout(this.#idle);
    const limit = this.child.exceeded();
    if (!this.child.hasExited()) this.#cancelAll(reason);
    this.calls.close(reason === "exited" ? { kind: "exited", limit } : { kind: "ended" });
    this.#childEnded = this.child.end(waits);
  }

  /** Tells the child that its clients get no answers any more: it may stop what is better not left half done. */
  #cancelAll(reason: ChildEnd): void {
    for (const { id, detail } of this.calls.all()) {
      if (detail !== undefined) this.child.send(renderCancellation(id, reason));
    }
  }
}

/** The part of a ServingChild that its `ChildLife` knows, the same for both wires. */
export abstract class LivingChild<Detail> {
  protected readonly life: ChildLife<Detail>;

  constructor(child: Child, limits: Limits) {
    this.life = new ChildLife(child, limits, () => this.isWatched);
  }

  /** Whether somebody waits for what it tells of itself. */
  protected get isWatched(): boolean {
    return false;
  }

  get ended(): AbortSignal {
    return this.life.ended;
  }

  get takesRequests(): boolean {
    return this.life.takesRequests;
  }

  get childEnded(): Promise<void> {
    return this.life.childEnded;
  }

  stderrTail(): string {
    return this.life.child.stderrTail();
  }

  end(reason: ChildEnd, waits?: EndWaits): void {
    this.life.end(reason, waits);
  }
}
