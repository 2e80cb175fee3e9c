import type { Response } from "@gateway/protocol";
import { ShortLived } from "../short-lived.ts";
import { LeftCalls } from "./left-calls.ts";

/** How a request to a child came out. `unsent`: it could not be handed over, the child has not seen it. `ended`: the session
 * ended first. `revoked`: its client's access did. `limit`: the one it went beyond, and was ended for. */
export type Outcome =
  | { readonly kind: "answered"; readonly response: Response }
  | { readonly kind: "timeout" }
  | { readonly kind: "unsent" }
  | { readonly kind: "exited"; readonly limit?: string | undefined }
  | { readonly kind: "ended" }
  | { readonly kind: "revoked" };

/** A request that a child has not answered yet. */
export interface Call<Detail> {
  /** The id, and the progress token, under which the child knows it: no other call on this child has it. */
  readonly id: number;
  readonly detail: Detail;
  readonly settle: (outcome: Outcome) => void;
}

interface Pending<Detail> extends Call<Detail> {
  readonly startedAt: number;
  readonly timeout: number;
  readonly expire: () => void;
  timer: NodeJS.Timeout;
  isPaused: boolean;
}

/** However much progress is told, a request ends after an hour (mcp-wire.md §6). */
const longestCall = 3_600_000;

/** The unanswered requests of one child. Each is settled exactly once, or dropped. */
export class Calls<Detail> {
  readonly #pending = new ShortLived<Pending<Detail>>();
  readonly #left = new LeftCalls();
  #closed: Outcome | undefined;

  get size(): number {
    return this.#pending.size;
  }

  /** Whether the child may be at work on some that were left, or took too long. */
  get areSomeLeft(): boolean {
    return !this.#left.isEmpty;
  }

  /** In the order they were made. */
  all(): readonly Call<Detail>[] {
    return this.#pending.values();
  }

  /** @param timeout milliseconds until it settles as `timeout`; `onTimeout` is called first */
  open(detail: Detail, timeout: number, settle: Call<Detail>["settle"], onTimeout: (id: number) => void): Call<Detail> {
    const id = this.#pending.newId();
    const expire = () => {
      onTimeout(id);
      this.#left.add(id);
      this.#settle(id, { kind: "timeout" });
    };
    // unref: of these node:timers keeps the list when it is empty; of others it makes one anew, and with one call at a
    // time that is for each call.
    const timer = setTimeout(expire, timeout).unref();
    const call = { id, detail, settle, startedAt: Date.now(), timeout, expire, timer, isPaused: false };
    this.#pending.set(id, call);
    const closed = this.#closed;
    if (closed !== undefined) queueMicrotask(() => this.#settle(id, closed));
    return call;
  }

  find(id: unknown): Call<Detail> | undefined {
    return this.#pending.get(id);
  }

  /** False when nobody asked, or the answer came before. */
  answer(response: Response): boolean {
    const id = response.id as number;
    if (this.#settle(id, { kind: "answered", response })) return true;
    this.#left.remove(id);
    return false;
  }

  /** It could not be handed over. */
  lose(id: number): void {
    this.#settle(id, { kind: "unsent" });
  }

  /** Its access token was revoked: whoever asked gets no answer of the child. */
  revoke(id: number): void {
    this.#settle(id, { kind: "revoked" });
  }

  /** Progress was told: the timeout begins anew. */
  renew(id: number): void {
    const call = this.#pending.get(id);
    if (call === undefined || call.isPaused) return;
    if (Date.now() - call.startedAt + call.timeout < longestCall) call.timer.refresh();
  }

  /** It waits for something that is not the child: no time passes for it until `resume`. */
  pause(id: number): void {
    const call = this.#pending.get(id);
    if (call === undefined) return;
    clearTimeout(call.timer);
    call.isPaused = true;
  }

  /** The timeout begins anew. */
  resume(id: number): void {
    const call = this.#pending.get(id);
    if (call?.isPaused !== true) return;
    call.isPaused = false;
    call.timer = setTimeout(call.expire, call.timeout).unref();
  }

  /** Nobody waits for it any more, and the child is told; until it answers it may still be at work on it. */
  leave(id: number): void {
    if (this.#pending.get(id) === undefined) return;
    this.drop(id);
    this.#left.add(id);
  }

  /** Nobody waits for it any more, and the child is not at work on it. */
  drop(id: number): void {
    clearTimeout(this.#pending.get(id)?.timer);
    this.#pending.delete(id);
  }

  /** Settles all, and from now on every other at once. */
  close(outcome: Outcome): void {
    this.#closed ??= outcome;
    for (const { id } of this.#pending.values()) this.#settle(id, outcome);
  }

  #settle(id: number, outcome: Outcome): boolean {
    const call = this.#pending.get(id);
    if (call === undefined) return false;
    this.drop(id);
    call.settle(outcome);
    return true;
  }
}
