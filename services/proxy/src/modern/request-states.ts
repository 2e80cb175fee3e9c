import { hkdfSync, randomBytes } from "node:crypto";
import {
  openRequestState,
  type RequestState,
  type StateBinding,
  type StateKey,
  type StateKeys,
  sealRequestState,
} from "@gateway/protocol";
import { SpentStates } from "./spent-states.ts";

/** Seconds for which a client may come back to a question that no call waits for. */
const onceTtl = 3_600;

/** What requestState is sealed with, and by whom. */
export interface Sealing {
  readonly keys: StateKeys;
  /** Of this replica; undefined: there is one alone. */
  readonly replica: string | undefined;
}

/** Makes and opens requestState (mcp-wire.md §4.4). */
export class RequestStates {
  readonly #sealing: Sealing;
  readonly #spent = new SpentStates(onceTtl);

  constructor(sealing: Sealing) {
    this.#sealing = sealing;
  }

  /** @param ttl seconds */
  seal(state: Omit<RequestState, "exp" | "replica">, ttl: number): string {
    const { keys, replica } = this.#sealing;
    const ours = replica === undefined ? {} : { replica };
    return sealRequestState({ ...state, ...ours, exp: now() + ttl }, keys, randomBytes(12));
  }

  /** A state that no call waits for. It is good once. */
  sealOnce(state: Omit<RequestState, "exp" | "id" | "replica">): string {
    return this.seal({ ...state, id: randomBytes(9).toString("base64url") }, onceTtl);
  }

  /** Undefined when it is none of ours, of another request, used, or too old. */
  open(token: unknown, binding: StateBinding): RequestState | undefined {
    const state = openRequestState(token, this.#sealing.keys, binding, now());
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

/**
 * The keys of some secrets, which all that have these agree on; the first seals. Without any, a key of this process's own:
 * it is gone with it, and so are the questions that it asked. Pure, save where it makes a key.
 */
export function stateKeysOf(secrets: readonly string[] = []): StateKeys {
  const [first, ...others] = secrets.map(keyOf);
  return first === undefined ? [keyOf(randomBytes(32))] : [first, ...others];
}

/** HKDF (RFC 5869), one label each: the id of a key says nothing of it. */
function keyOf(secret: string | Buffer): StateKey {
  const derive = (label: string, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, "mcp-oauth-gateway", label, length));
  return { kid: derive("requestState id", 6).toString("base64url"), key: derive("requestState", 32) };
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
