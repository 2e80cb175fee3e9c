import { randomBytes } from "node:crypto";
import {
  openRequestState,
  type RequestState,
  type StateBinding,
  type StateKeys,
  sealRequestState,
} from "@gateway/protocol";
import { SpentStates } from "./spent-states.ts";

/** Seconds for which a client may come back to a question that no call waits for. */
const onceTtl = 3_600;

/**
 * Makes and opens requestState (mcp-wire.md §4.4). The key is this process's own, and gone with it: so are the calls that
 * wait, and what a server of the modern wire keeps in its own memory.
 */
export class RequestStates {
  readonly #spent = new SpentStates(onceTtl);
  readonly #keys: StateKeys = [{ kid: randomBytes(6).toString("base64url"), key: randomBytes(32) }];

  /** @param ttl seconds */
  seal(state: Omit<RequestState, "exp">, ttl: number): string {
    return sealRequestState({ ...state, exp: now() + ttl }, this.#keys, randomBytes(12));
  }

  /** A state that no call waits for. It is good once. */
  sealOnce(state: Omit<RequestState, "exp" | "id">): string {
    return this.seal({ ...state, id: randomBytes(9).toString("base64url") }, onceTtl);
  }

  /** Undefined when it is none of ours, of another request, used, or too old. */
  open(token: unknown, binding: StateBinding): RequestState | undefined {
    const state = openRequestState(token, this.#keys, binding, now());
    const isSpent = state?.id !== undefined && this.#spent.has(state.sub, state.id, now());
    return isSpent ? undefined : state;
  }

  /** What it was opened for is done: it is not good any more. False: it was not, another request has used it since. */
  spend({ sub, id }: RequestState): boolean {
    if (id === undefined) return true;
    if (this.#spent.has(sub, id, now())) return false;
    this.#spent.add(sub, id);
    return true;
  }
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
