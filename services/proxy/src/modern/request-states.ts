import { randomBytes } from "node:crypto";
import {
  openRequestState,
  type RequestState,
  type StateBinding,
  type StateKeys,
  sealRequestState,
} from "@gateway/protocol";
import { SpentStates } from "./spent-states.ts";

/** Seconds for which a client may come back to a modern server's question. */
const relayTtl = 3_600;

/**
 * Makes and opens requestState (mcp-wire.md §4.4). The key is this process's own, and gone with it: so are the calls that
 * wait, and what a server of the modern wire keeps in its own memory.
 */
export class RequestStates {
  readonly #spent = new SpentStates(relayTtl);
  readonly #keys: StateKeys = [{ kid: randomBytes(6).toString("base64url"), key: randomBytes(32) }];

  /** @param ttl seconds */
  seal(state: Omit<RequestState, "exp">, ttl: number): string {
    return sealRequestState({ ...state, exp: now() + ttl }, this.#keys, randomBytes(12));
  }

  /** A state that carries a modern server's own, and is good once. */
  sealRelay(state: Omit<RequestState, "exp" | "kind" | "id">): string {
    return this.seal({ ...state, kind: "relay", id: randomBytes(9).toString("base64url") }, relayTtl);
  }

  /** Undefined when it is none of ours, of another request, used, or too old. */
  open(token: unknown, binding: StateBinding): RequestState | undefined {
    const state = openRequestState(token, this.#keys, binding, now());
    const isSpent = state?.id !== undefined && this.#spent.has(state.sub, state.id, now());
    return isSpent ? undefined : state;
  }

  /** What it was opened for is done: it is not good any more. */
  spend({ sub, id }: RequestState): void {
    if (id !== undefined) this.#spent.add(sub, id);
  }
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
