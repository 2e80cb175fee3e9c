import { hkdfSync, randomBytes } from "node:crypto";
import {
  openRequestState,
  type RequestState,
  type StateBinding,
  type StateKey,
  type StateKeys,
  sealRequestState,
} from "@gateway/protocol";
import type { RequestStateUses } from "@gateway/store";
import { Refusal } from "../http/refusal.ts";
import { replicaOf } from "../replicas/session-ids.ts";
import { SpentStates } from "./spent-states.ts";

/** Seconds for which a client may come back to a question that no call waits for. */
const onceTtl = 3_600;

/** What requestState is sealed with, and by whom. */
export interface Sealing {
  readonly keys: StateKeys;
  /** No other process has these keys. */
  readonly isOwn: boolean;
  /** Of this replica; undefined: there is one alone. */
  readonly replica: string | undefined;
  /** Where uses are marked for the others that have these keys; undefined: there are none. */
  readonly uses?: RequestStateUses | undefined;
}

/** Makes and opens requestState (mcp-wire.md §4.4). */
export class RequestStates {
  readonly #sealing: Sealing;
  readonly #spent = new SpentStates(onceTtl);
  /** What ours begin with: where no other replica can open one, its name says whose it is, as a session's id does. */
  readonly #begin: string;

  constructor(sealing: Sealing) {
    this.#sealing = sealing;
    this.#begin = sealing.isOwn && sealing.replica !== undefined ? `${sealing.replica}.` : "";
  }

  /** @param ttl seconds */
  seal(state: Omit<RequestState, "exp" | "replica">, ttl: number): string {
    const { keys, replica } = this.#sealing;
    const ours = replica === undefined ? {} : { replica };
    return this.#begin + sealRequestState({ ...state, ...ours, exp: now() + ttl }, keys, randomBytes(12));
  }

  /** A state that no call waits for. It is good once. */
  sealOnce(state: Omit<RequestState, "exp" | "id" | "replica">): string {
    return this.seal({ ...state, id: randomBytes(9).toString("base64url") }, onceTtl);
  }

  /** Undefined when it is none of ours, of another request, used, or too old. */
  open(token: unknown, binding: StateBinding): RequestState | undefined {
    if (typeof token !== "string" || !token.startsWith(this.#begin)) return undefined;
    const state = openRequestState(token.slice(this.#begin.length), this.#sealing.keys, binding, now());
    return state === undefined || this.isSpent(state) ? undefined : state;
  }

  /** Whether it is not good any more. One that a call waits for has no id: the call knows. */
  isSpent({ sub, id }: Pick<RequestState, "sub" | "id">): boolean {
    return id !== undefined && this.#spent.has(sub, id, now());
  }

  /** The replica that made one; undefined: it is of none that is known. The name is believed as far as the way there. */
  replicaOf(token: unknown, binding: () => StateBinding): string | undefined {
    if (this.#begin === "") return this.open(token, binding())?.replica;
    return typeof token === "string" ? replicaOf(token) : undefined;
  }

  /**
   * Does what a state is good for once, also where other processes could open it too: its use is marked for all before
   * anything is done, and the mark taken away where nothing came of it. False, and nothing done: it was used before.
   * @throws {Refusal} when it cannot be known whether it was used
   */
  async once({ sub, id, exp }: RequestState, idText: string, use: () => Promise<void>): Promise<boolean> {
    const { uses } = this.#sealing;
    if (uses === undefined || id === undefined) return use().then(() => true);
    const isFirst = await uses.spend(id, exp).catch(() => {
      throw new Refusal("answers_unknown", { idText });
    });
    if (!isFirst) return false;
    try {
      await use();
    } finally {
      // Where it stays marked all the same, its client begins again.
      if (!this.isSpent({ sub, id })) await uses.giveBack(id).catch(() => {});
    }
    return true;
  }

  /** What it was opened for is done: it is not good any more. False: it was not, another request has used it since. */
  spend(state: RequestState): boolean {
    if (this.isSpent(state)) return false;
    if (state.id !== undefined) this.#spent.add(state.sub, state.id);
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
