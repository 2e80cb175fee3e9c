import type { Params, Response } from "@gateway/protocol";

/** A discovery that may be told again. */
interface Kept {
  readonly response: Response;
  /** Of who asked, as a text: a server may offer more to those that can do more. */
  readonly capabilities: string;
  readonly askedAt: number;
  /** Milliseconds for which it holds, as the server said. */
  readonly ttl: number;
}

/** Characters of a discovery that is worth keeping: what is kept is kept for each child. */
const longest = 65_536;

/** What a child last said that it can do, for as long as it said that it holds (mcp-wire.md §4.1, M×M). */
export class KeptDiscovery {
  readonly #now: () => number;
  #kept: Kept | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that is never put back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @param askedAt by its clock: an answer to what was asked before something changed may be from before, too */
  keep(response: Response, capabilities: Params, askedAt: number): void {
    const { resultType = "complete", ttlMs } = response.result ?? {};
    const isKept = resultType === "complete" && Number.isInteger(ttlMs) && (ttlMs as number) > 0;
    if (!isKept || askedAt <= this.#changedAt || response.text.length > longest) return;
    this.#kept = { response, capabilities: JSON.stringify(capabilities), askedAt, ttl: ttlMs as number };
  }

  /** The answer to who can do as much as who asked, and its age in milliseconds; undefined: the child is to be asked. */
  find(capabilities: Params): { readonly response: Response; readonly age: number } | undefined {
    if (this.#kept === undefined) return undefined;
    const { response, askedAt, ttl } = this.#kept;
    const age = Math.ceil(this.#now() - askedAt);
    if (age >= ttl) this.#kept = undefined;
    return this.#kept?.capabilities === JSON.stringify(capabilities) ? { response, age } : undefined;
  }

  /** The child tells that it has other things now. */
  forget(): void {
    this.#kept = undefined;
    this.#changedAt = this.#now();
  }
}
