import { randomBytes } from "node:crypto";
import {
  openRequestState,
  type RequestState,
  type StateBinding,
  type StateKeys,
  sealRequestState,
} from "@gateway/protocol";

/**
 * Makes and opens requestState (mcp-wire.md §4.4). The key is this process's own, and gone with it: so are the calls that
 * wait, and what a server of the modern wire keeps in its own memory.
 */
export class RequestStates {
  readonly #keys: StateKeys = [{ kid: randomBytes(6).toString("base64url"), key: randomBytes(32) }];

  /** @param ttl seconds */
  seal(state: Omit<RequestState, "exp">, ttl: number): string {
    return sealRequestState({ ...state, exp: now() + ttl }, this.#keys, randomBytes(12));
  }

  /** Undefined when it is none of ours, of another request, or too old. */
  open(token: unknown, binding: StateBinding): RequestState | undefined {
    return openRequestState(token, this.#keys, binding, now());
  }
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
